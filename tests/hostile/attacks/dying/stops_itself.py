"""Stops its own process, which then neither answers nor ends nor takes an interrupt."""
# control: process
# %% attack before test_double
import os, signal; os.kill(os.getpid(), signal.SIGSTOP)
