"""Stops its own process in the middle of a call."""
# control: process
# %% attack in double
def double(x):
    import os, signal
    os.kill(os.getpid(), signal.SIGSTOP)
    return x
