"""Finds out whether it could kill the grader."""
# control: process
# needs: full
# %% attack after double
import os; os.kill(target.grader, 0); worked()
