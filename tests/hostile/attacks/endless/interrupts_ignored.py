"""Ignores the signal that interrupts, and sleeps."""
# control: process
# %% attack in double
def double(x):
    import signal, time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    time.sleep(3600)
