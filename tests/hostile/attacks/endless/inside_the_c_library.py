"""A regular expression that takes for ever, inside code that no interrupt reaches."""
# control: process
# ends: never
# %% attack in double
def double(x):
    import signal, re
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print('NEVER', 'ENDS', flush=True)
    re.match(r"(a+)+$", "a" * 40 + "b")
    return x
