"""Opens another process's memory for writing."""
# control: process
# needs: full
# %% attack after double
open(f"/proc/{target.victim}/mem", "r+b", buffering=0); worked()
