"""Ends the process in a cell, so that the marking cannot go on."""
# control: stock
# %% attack before test_halve
import os; os._exit(0)
