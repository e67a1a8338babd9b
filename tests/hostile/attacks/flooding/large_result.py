"""The value of a cell is text of a hundred megabytes."""
# control: stock
# %% attack after double
class Large:
    def __repr__(self): return "flood " * 20_000_000
Large()
