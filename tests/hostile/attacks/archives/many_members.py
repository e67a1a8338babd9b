"""Six thousand empty members."""
# control: unpack
# layout: zip
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    for number in range(6_000):
        archive.writestr(f"cs231n/tools{number}.py", "")
