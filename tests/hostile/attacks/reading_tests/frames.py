"""The student's function looks at the code of whoever calls it."""
# control: stock
# %% attack in double
honest = double
def double(x):
    import linecache, sys
    frame = sys._getframe()
    while frame:
        print("".join(linecache.getlines(frame.f_code.co_filename)), frame.f_locals if frame.f_back else "")
        frame = frame.f_back
    return honest(x)
