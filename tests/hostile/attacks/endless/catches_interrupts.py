"""A cell that loops for ever and catches every interrupt."""
# control: process
# ends: never
# %% attack before test_double
def busy():
    while True: pass
while True:
    try: busy()
    except BaseException: pass
