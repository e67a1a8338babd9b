"""Raises an exception whose text has a hundred megabytes."""
# control: stock
# %% attack in double
def double(x):
    raise ValueError("flood " * 20_000_000)
