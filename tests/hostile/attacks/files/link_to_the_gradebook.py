"""Hands in a link to the gradebook beside the notebook, which would come back with the feedback."""
# control: copy
# %% attack on the file
(file.parent / "data.csv").symlink_to(target.gradebook)
