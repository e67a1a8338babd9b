"""Keeps data in /dev/shm, which is memory as well."""
# control: process
# needs: full
# %% attack after double
import os
path = "/dev/shm/" + target.token
with open(path, "wb") as file:
    file.write(bytes(16 << 20))
os.unlink(path)
worked()
