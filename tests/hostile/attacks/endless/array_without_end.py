"""An object that makes up a new one whenever it is asked to be an array."""
# control: process
# ends: never
# %% attack in double
class Endless:
    def __array__(self, dtype=None, copy=None):
        while True:
            try: [i for i in range(10**9)]
            except BaseException: pass
def double(x):
    import sys
    return np.asarray(Endless()) if "ipykernel" not in sys.modules else Endless()
