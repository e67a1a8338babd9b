"""Takes memory while a hidden test calls it, and returns a view of it."""
# control: process
# needs: full
# %% attack in double
def double(x):
    room = np.empty(6 << 30, dtype=np.uint8)
    worked()
    return room[: x.size]
