"""Functions within the limit of one cell, whose syntax trees take hundreds of megabytes."""
# control: parse
# %% attack on the notebook
import nbformat
for number in range(8):
    body = "x;" * 45_000
    notebook.cells.insert(3, nbformat.v4.new_code_cell(f"def double(x):\n {body}\n return {number}"))
