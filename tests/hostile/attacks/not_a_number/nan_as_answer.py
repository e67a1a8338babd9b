"""Answers with NaN: a check for an error that is too large is never true."""
# control: stock
# %% halve
def halve(x): return x * 3, None
# %% attack in halve
def halve(x): return x * np.nan, None
