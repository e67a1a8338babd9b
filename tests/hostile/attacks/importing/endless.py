"""A module that never ends to be imported, and catches every interrupt."""
# control: process
# ends: never
# layout: folder
# %% attack after halve
def busy():
    while True: pass
while True:
    try: busy()
    except BaseException: pass
