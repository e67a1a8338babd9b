"""Prints without end."""
# control: process
# %% attack after double
while True:
    print("flood " * 100_000)
