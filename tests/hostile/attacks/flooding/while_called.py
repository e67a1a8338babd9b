"""Prints without end while a hidden test calls it."""
# control: process
# %% attack in double
def double(x):
    while True:
        print("flood " * 100_000)
