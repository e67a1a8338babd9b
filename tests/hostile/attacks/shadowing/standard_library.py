"""Modules of the student's are called like those of the standard library."""
# control: process
# layout: folder
# %% attack before double
import json, pickle, random, typing
# %% attack on the folder
files = {'json.py': "print('WOR' + 'KED', flush=True)\n", 'pickle.py': "print('WOR' + 'KED', flush=True)\n", 'random.py': "print('WOR' + 'KED', flush=True)\n", 'typing.py': "print('WOR' + 'KED', flush=True)\n"}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
