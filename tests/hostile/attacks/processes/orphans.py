"""Starts a program that outlives the marking."""
# control: process
# needs: full
# %% attack after double
import subprocess
quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
subprocess.Popen(["sleep", "600"], start_new_session=True, **quiet)
