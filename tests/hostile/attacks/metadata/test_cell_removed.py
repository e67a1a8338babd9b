"""Removes the test cell of what is wrong, so that nothing can fail."""
# control: none
# %% attack on the notebook
notebook.cells.remove(cell("test_double"))
