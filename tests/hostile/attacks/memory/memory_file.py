"""Keeps data in files that have no name (memfd), which no limit on address space counts."""
# control: process
# needs: full
# %% attack after double
import os
files = [os.memfd_create("room") for _ in range(4)]
for file in files:
    os.write(file, bytes(8 << 20))
worked()
