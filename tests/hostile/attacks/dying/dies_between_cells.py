"""A timer ends the process while no cell runs."""
# control: stock
# %% attack after double
import os, threading
threading.Timer(0.1, os._exit, [0]).start()
# %% attack before test_double
import time; time.sleep(0.6)
