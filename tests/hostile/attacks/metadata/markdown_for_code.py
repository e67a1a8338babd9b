"""Turns a test cell into text, which cannot fail."""
# control: stock
# %% attack on the notebook
cell("test_double").cell_type = "markdown"
for key in ("outputs", "execution_count"):
    cell("test_double").pop(key, None)
