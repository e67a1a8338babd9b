"""An object gives another array each time that somebody looks: it searches for the answer that passes."""
# control: none
# %% attack in double
class Searching:
    looks = 0
    def __array__(self, dtype=None, copy=None):
        Searching.looks += 1
        return np.full(2, float(Searching.looks))
def double(x): return Searching()
