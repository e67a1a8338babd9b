"""Raises an exception whose text has a hundred megabytes."""
# control: none
# %% attack in double
def double(x):
    raise ValueError("flood " * 20_000_000)
