"""Takes memory in pieces that no limit on one allocation would stop."""
# control: process
# needs: full
# %% attack after double
pieces = [np.empty(64 << 20, dtype=np.uint8) for _ in range(96)]
worked()
