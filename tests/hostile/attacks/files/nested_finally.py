"""Nested finally blocks in a cell: each level doubles the code that is made of a text of a few lines."""
# control: parse
# %% attack on the notebook
levels = 17
lines = [" " * level + "try: x\n" + " " * level + "finally:\n" + " " * level + " x; x; x" for level in range(levels)]
cell("double").source += "\nx = 1\n" + "\n".join(lines)
cell("halve").cell_type = "unknown"
cell("halve").source += "\nx = 1\n" + "\n".join(lines)
