"""Keeps data in System V shared memory, which stays when the process has ended."""
# control: process
# needs: full
# %% attack after double
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
segment = libc.shmget(0, 8 << 20, 0o1600)
if segment >= 0:
    libc.shmctl(segment, 0, None)
    worked()
