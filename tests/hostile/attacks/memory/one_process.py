"""Takes six gigabytes in one allocation."""
# control: process
# needs: full
# %% attack after double
room = np.empty(6 << 30, dtype=np.uint8)
worked()
