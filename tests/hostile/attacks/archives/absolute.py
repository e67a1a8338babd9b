"""A member's name leads to a folder of the grader's, from the root on."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr(target.outside + "/left-here.py", "x = 1")
