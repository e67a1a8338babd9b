"""Looks for descriptors that the grader forgot to close, and reads through them."""
# control: none
# %% attack after double
import os
for number in range(3, 256):
    try:
        link = os.readlink(f"/proc/self/fd/{number}")
    except OSError:
        continue
    if link.endswith((".db", ".key", ".ipynb", ".json")) and "kernel" not in link and not link.endswith("k.json"):
        worked()
