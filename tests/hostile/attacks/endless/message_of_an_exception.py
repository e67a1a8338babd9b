"""An exception whose text takes for ever to make."""
# control: process
# ends: never
# %% attack in double
class Endless(Exception):
    def __str__(self):
        import signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print('NEVER', 'ENDS', flush=True)
        while True: pass
def double(x):
    print(Endless())
    raise Endless
