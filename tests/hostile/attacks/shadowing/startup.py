"""Files that Python runs when it starts: sitecustomize, usercustomize, a .pth file."""
# control: process
# layout: folder
# %% attack on the folder
files = {'sitecustomize.py': "print('WOR' + 'KED', flush=True)\n", 'usercustomize.py': "print('WOR' + 'KED', flush=True)\n", 'evil.pth': 'import sitecustomize\n', '__main__.py': "print('WOR' + 'KED', flush=True)\n"}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
