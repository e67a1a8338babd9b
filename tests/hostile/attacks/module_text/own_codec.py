"""A module in an encoding that the student's own code defines: what stands there is not what runs."""
# control: process
# layout: folder
# needs: full
# %% attack before double
import codecs, sys
def find(name):
    text = "print(open(" + repr(target.tests) + ").read())\n"
    decode = lambda data, errors="strict": (text, len(data))
    return codecs.CodecInfo(codecs.utf_8_encode, decode, name="mine") if name == "mine" else None
codecs.register(find)
import cs231n.tools
# %% attack on the folder
(folder / "cs231n" / "tools.py").write_text("# coding: mine\nx = 1\n")
