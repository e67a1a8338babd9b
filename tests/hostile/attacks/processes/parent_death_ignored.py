"""A child clears the signal that would end it with its parent, and ignores all others."""
# control: process
# needs: full
# %% attack after double
import ctypes, os, signal, time
if not os.fork():
    ctypes.CDLL(None).prctl(1, 0)
    os.setsid()
    for number in range(1, 32):
        try: signal.signal(number, signal.SIG_IGN)
        except OSError: pass
    os.closerange(0, 4096)
    time.sleep(600)
    os._exit(0)
