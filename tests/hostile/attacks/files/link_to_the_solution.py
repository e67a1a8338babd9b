"""Hands in a link, which is followed when the hand-in is copied or read: to the solution."""
# control: copy
# %% attack on the file
file.unlink()
file.symlink_to(target.solutions)
