"""Ignores the signal that interrupts."""
# control: process
# ends: never
# %% attack in double
def double(x):
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print('NEVER', 'ENDS', flush=True)
    while True: pass
