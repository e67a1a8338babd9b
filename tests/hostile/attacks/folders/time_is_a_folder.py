"""The file that says when it was handed in is a folder: whoever opens it ends in an error."""
# control: none
# layout: folder
# %% attack on the folder
(folder / "timestamp.txt").mkdir()
