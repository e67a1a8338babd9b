"""A member's name leads out of the folder for who takes backslashes for slashes."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr("..\\..\\left-here.py", "x = 1")
