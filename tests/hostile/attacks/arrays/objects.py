"""Answers with an array of objects, records, dates, text."""
# control: naive
# %% attack in double
def double(x):
    return [np.array([print, None], dtype=object), np.array(["a", "b"]), np.zeros(2, "M8[s]"), np.zeros(2, "f8,i4")][x.size % 4]
