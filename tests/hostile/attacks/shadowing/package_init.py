"""The package's own __init__.py, which whoever imports a part of it runs."""
# control: process
# layout: folder
# %% attack on the folder
files = {'cs231n/__init__.py': "print('WOR' + 'KED', flush=True)\n"}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
