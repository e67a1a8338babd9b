"""Members' names begin with a drive, a share or a device of Windows."""
# control: none
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    for name in ("C:\\left.py", "C:left.py", "\\\\server\\share\\left.py", "cs231n/NUL.py", "cs231n/con.py"):
        archive.writestr(name, "x = 1")
