"""Members whose names differ in their case only: where the disk knows no case, one replaces the other."""
# control: none
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    for name in ("CS231N/RNN_LAYERS.PY", "Cs231n/Rnn_Layers.py", "cs231n/RNN_LAYERS.py"):
        archive.writestr("arithmetic/" + name, "def double(x): raise SystemExit")
