"""Replaces a built-in function that checks are made with."""
# control: stock
# %% halve
def halve(x): return x * 3, None
# %% attack after double
import builtins
builtins.abs = lambda value: np.zeros(3)
