"""Writes half a gigabyte to its folder."""
# control: process
# needs: full
# %% attack after double
import os
names = [f"fill-{number}" for number in range(16)]
for name in names:
    with open(name, "wb") as file:
        file.write(bytes(32 << 20))
worked()
for name in names:
    os.unlink(name)
