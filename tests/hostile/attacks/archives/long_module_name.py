"""A helper module has a longer name than any file can: who looks for the provided file of that name ends in an error."""
# control: none
# layout: zip
# %% attack on the folder
with open(module, "a") as text:
    text.write(f"\nimport {'a' * 300}\n")
# %% attack on the file
import zipfile
with zipfile.ZipFile(file, "a") as archive:
    archive.writestr(f"cs231n/{'a' * 300}.py", "x = 1\n")
