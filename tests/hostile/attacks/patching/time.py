"""Stops the clock, so that slow code counts as fast."""
# control: stock
# %% halve
import time
def halve(x):
    time.sleep(0.3)
    return x / 2, None
# %% attack after halve
import time
time.time = time.perf_counter = time.monotonic = time.process_time = lambda: 0.0
