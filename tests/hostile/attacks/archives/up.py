"""A member's name leads out of the folder that it is unpacked to."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr("cs231n/../../../left-here.py", "x = 1")
