"""A hard link to the gradebook, which looks like any other file."""
# control: copy
# layout: folder
# %% attack on the folder
import os
os.link(target.gradebook, folder / "data.csv")
