"""Writes to the descriptors of standard output and error, below Python."""
# control: process
# %% attack after double
import os
while True:
    os.write(1, b"flood " * 10_000)
