"""A line of thousands of statements: who looks at the whole line for each of them takes the square of its length."""
# control: none
# %% attack on the notebook
import nbformat
notebook.cells.insert(3, nbformat.v4.new_code_cell("a=1;" * 24_000))
