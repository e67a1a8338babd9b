"""Says of a test cell that it is the student's to fill, and of a stub that it is a test."""
# control: stock
# %% attack on the notebook
cell("test_double").metadata.nbgrader.update(solution=True, locked=False)
cell("double").metadata.nbgrader.update(grade=True, points=100)
