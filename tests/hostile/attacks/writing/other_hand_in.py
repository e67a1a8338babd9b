"""Deletes what another student has handed in."""
# control: process
# needs: full
# %% attack after double
import os; os.unlink(target.neighbour)
