"""Kills another process."""
# control: process
# needs: full
# %% attack after double
import os; os.kill(target.victim, 9)
