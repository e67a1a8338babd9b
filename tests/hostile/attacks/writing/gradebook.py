"""Writes its own points to the gradebook."""
# control: process
# needs: full
# %% attack after double
open(target.gradebook, "w").write("ada has 10 points")
