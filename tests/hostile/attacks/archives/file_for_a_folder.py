"""A member is called like the folder that others lie in."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr("cs231n", "x")
    archive.writestr("cs231n/tools.py", "x = 1")
