"""Prints the gradebook."""
# control: process
# needs: full
# %% attack after double
print(open(target.gradebook, errors="replace").read())
