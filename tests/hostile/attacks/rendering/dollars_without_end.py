"""Outputs are formulas that are nothing but dollars: a pattern that looks for their ends takes hours."""
# control: none
# %% attack before double
from IPython.display import display
display({"text/latex": "$" * 20000 + "x"}, raw=True)
display({"text/latex": "$" * 20000 + "x" + "$" * 20000 + "\n\n"}, raw=True)
# %% double
def double(x):
    return 2 * x
