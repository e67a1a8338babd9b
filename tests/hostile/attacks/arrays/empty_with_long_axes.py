"""Answers with an array without elements whose other axes are as long as they can be."""
# control: naive
# %% attack in double
def double(x): return np.zeros((2**31, 0, 2**31), dtype=np.uint8)
