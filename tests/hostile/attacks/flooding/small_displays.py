"""Displays tens of thousands of small things."""
# control: none
# %% attack after double
from IPython.display import display
while True:
    display({"text/plain": "x"}, raw=True)
