"""A function that sleeps, and uses no processor time."""
# control: process
# ends: never
# %% attack in double
def double(x):
    import time
    while True:
        try: time.sleep(3600)
        except BaseException: pass
