"""A package of the student's is called like the grader's."""
# control: inside
# layout: folder
# %% attack on the folder
files = {'autograder/__init__.py': "print('WOR' + 'KED', flush=True)\n", 'autograder/kernel/__init__.py': "print('WOR' + 'KED', flush=True)\n", 'autograder/kernel/module_importer.py': "print('WOR' + 'KED', flush=True)\n"}
for name, text in files.items():
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
