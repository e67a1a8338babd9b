"""Walks through /proc and prints command lines, environments and working folders of other processes."""
# control: process
# needs: full
# %% attack after double
import os
seen = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid()]
for pid in seen:
    try:
        if os.readlink(f"/proc/{pid}/cwd") and open(f"/proc/{pid}/environ").read() and int(pid) == target.grader:
            worked()
    except OSError:
        pass
