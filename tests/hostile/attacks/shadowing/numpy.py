"""A module of the student's is called numpy."""
# control: process
# layout: folder
# %% attack on the folder
files = {'numpy.py': "print('WOR' + 'KED', flush=True)\n", 'cs231n/numpy.py': ''}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
