"""Members' names hold a NUL, line ends, escapes that colour a terminal, and letters that turn the text around."""
# control: none
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr("cs231n/tools.py@.txt", "x = 1")
    archive.writestr("a\nb\x1b[31m\u202e/cs231n/rnn_layers.py", "def double(x): return x\ndef halve(x): return x / 2, None")
file.write_bytes(file.read_bytes().replace(b"tools.py@", b"tools.py\0"))
