"""Displays hundreds of pictures of three megabytes."""
# control: stock
# %% attack after double
from IPython.display import display
for number in range(100):
    display({"text/plain": "x" * 3_000_000}, raw=True)
