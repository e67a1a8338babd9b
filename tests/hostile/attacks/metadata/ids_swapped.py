"""Swaps the ids of two tests, so that what is right is marked twice."""
# control: none
# %% attack on the notebook
one, two = cell("test_double"), cell("test_halve")
one.metadata.nbgrader.grade_id, two.metadata.nbgrader.grade_id = "test_halve", "test_double"
