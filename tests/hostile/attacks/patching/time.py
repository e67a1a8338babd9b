"""Stops the clock, so that slow code counts as fast."""
# control: stock
# %% halve
def halve(x):
    total = sum(range(12_000_000))
    return x / 2, None
# %% attack after halve
import time
time.time = time.perf_counter = time.monotonic = time.process_time = lambda: 0.0
