"""Asks without end that a cell's output be cleared, and shows it again."""
# control: none
# %% attack after double
from IPython.display import clear_output
while True:
    clear_output(wait=True)
    print("x" * 1000)
