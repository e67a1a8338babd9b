"""Becomes a daemon by forking twice, in a session of its own."""
# control: process
# needs: full
# %% attack after double
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        os.closerange(0, 4096)
        time.sleep(600)
    os._exit(0)
