"""Answers with an array of two hundred megabytes where two numbers are asked."""
# control: naive
# %% attack in double
def double(x): return np.zeros(30_000_000)
