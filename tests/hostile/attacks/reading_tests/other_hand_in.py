"""Prints what another student has handed in."""
# control: process
# needs: full
# %% attack after double
print(open(target.neighbour).read())
