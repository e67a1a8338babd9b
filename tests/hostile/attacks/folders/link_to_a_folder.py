"""A folder of the hand-in is a link to the one that holds the gradebook."""
# control: copy
# layout: folder
# %% attack on the folder
from pathlib import Path
(folder / "data").symlink_to(Path(target.gradebook).parent)
