"""Gives a second cell the id of a test, with full points in it, in front of the real one."""
# control: stock
# %% attack on the notebook
import copy
fake = copy.deepcopy(cell("test_double"))
fake.source, fake.id = "%autocall 0\n4", "fake"
fake.metadata.nbgrader.points = 4
real = cell("test_double")
notebook.cells.insert(notebook.cells.index(real), fake)
