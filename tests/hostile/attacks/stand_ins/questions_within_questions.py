"""Asks while it makes the arguments of a question, deeper than anything goes."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x + w, None
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
class Nested:
    def __init__(self, depth): self.depth = depth
    def __array__(self, *rest, **more):
        return np.asarray(scale_forward(Nested(self.depth + 1), np.ones(2))[0])
def twice(x, w):
    return scale_forward(Nested(0), w)[0], x
