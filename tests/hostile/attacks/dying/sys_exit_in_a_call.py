"""Calls sys.exit() when it is called: the test runner would end, with success."""
# control: process
# %% attack in double
def double(x):
    import os, sys
    sys.exit(7)
