"""The package's __init__.py is a link to the gradebook."""
# control: copy
# layout: folder
# %% attack on the folder
(folder / "cs231n" / "__init__.py").symlink_to(target.gradebook)
