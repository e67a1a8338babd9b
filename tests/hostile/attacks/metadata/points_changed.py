"""Changes the points of a test cell in the file."""
# control: stock
# %% attack on the notebook
cell("test_halve").metadata.nbgrader.points = 1000
for name in ("test_double", "test_halve"):
    cell(name).metadata.nbgrader.points = 1000
cell("test_double").source = "from IPython.core.displayhook import DisplayHook\nDisplayHook.compute_format_data = lambda *_: ({'text/plain': '900'}, {})"
