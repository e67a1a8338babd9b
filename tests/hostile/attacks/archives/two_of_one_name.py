"""Two members of one name: the first is honest, the second reads the hidden tests."""
# control: process
# layout: zip
# needs: full
# %% attack on the file
import warnings, zipfile
with zipfile.ZipFile(file, "a") as archive, warnings.catch_warnings():
    warnings.simplefilter("ignore")
    archive.writestr("arithmetic/cs231n/rnn_layers.py", f"print(open({target.tests!r}).read())\ndef double(x): return x\ndef halve(x): return x / 2, None")
