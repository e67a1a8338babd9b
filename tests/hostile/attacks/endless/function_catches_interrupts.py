"""A function that loops for ever and catches every interrupt."""
# control: process
# ends: never
# %% attack in double
def busy():
    while True: pass
def double(x):
    while True:
        try: busy()
        except BaseException: pass
