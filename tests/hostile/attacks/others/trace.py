"""Attaches to another process as a debugger does."""
# control: process
# needs: full
# %% attack after double
import ctypes
libc = ctypes.CDLL(None)
if libc.ptrace(16, target.victim, 0, 0) == 0:
    import os
    os.waitpid(target.victim, 0x40000000)
    libc.ptrace(17, target.victim, 0, 0)
    worked()
