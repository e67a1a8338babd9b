"""Displays hundreds of pictures of three megabytes while a hidden test calls it."""
# control: stock
# %% attack in double
def double(x):
    if "get_ipython" in globals() and list(np.ravel(x)) == [1, 2]:
        for number in range(100):
            display({"text/plain": "x" * 3_000_000}, raw=True)
    return x
