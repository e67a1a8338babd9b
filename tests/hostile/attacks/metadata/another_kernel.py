"""Names another kernel in the notebook's metadata, which would run its cells as a program of the student's."""
# control: stock
# %% attack on the notebook
notebook.metadata["kernelspec"] = {"name": "../../student", "display_name": "x", "language": "bash"}
notebook.metadata["language_info"] = {"name": "bash"}
