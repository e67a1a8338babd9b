"""Spreads over worker processes to get more time and memory than it may have."""
# control: process
# needs: full
# %% attack after double
import multiprocessing
with multiprocessing.get_context("fork").Pool(4) as pool:
    if pool.map(abs, range(8)):
        worked()
