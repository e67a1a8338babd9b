"""A folder is called like the notebook, and another one like a module."""
# control: none
# layout: folder
# %% attack on the folder
(folder / "arithmetic.ipynb" / "x").mkdir(parents=True)
(folder / "cs231n" / "tools.py").mkdir()
