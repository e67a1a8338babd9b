"""Outputs hold formulas that take hours, or that nest so deep that they end the process that converts them."""
# control: none
# %% attack before double
from IPython.display import Markdown, display
for number in range(300):
    display(Markdown("$" + "(" * 60 + f"{number}$"))
display(Markdown(r"$\def\a{" + r"\sqrt" * 114 + "}" + r"\a" * 99 + "x$"))
# %% double
def double(x):
    return 2 * x
