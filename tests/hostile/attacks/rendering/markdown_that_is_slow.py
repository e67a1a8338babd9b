"""Outputs hold Markdown for which the parser takes seconds each."""
# control: none
# %% attack before double
from IPython.display import Markdown, display
for _ in range(50):
    display(Markdown("\\\\[" * 6500))
# %% double
def double(x):
    return 2 * x
