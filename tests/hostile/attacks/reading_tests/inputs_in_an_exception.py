"""Raises an exception whose text is the hidden input, which a student would read in the feedback."""
# control: inside
# %% attack in double
def double(x):
    if x.size == 3:
        raise ValueError("hidden input " + " ".join(format(value, ".6f") for value in x))
    return x
