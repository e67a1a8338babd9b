"""Kills its own process."""
# control: stock
# %% attack before test_double
import os, signal; os.kill(os.getpid(), signal.SIGKILL)
