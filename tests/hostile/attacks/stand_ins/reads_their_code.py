"""Prints the code of what stands in for its functions, and everything that can be reached from there."""
# control: solution
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x + w, None
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
import inspect, sys
def twice(x, w):
    for one in (scale_forward, scale_backward):
        print(inspect.getsource(one), inspect.getclosurevars(one), one.__globals__.keys())
    out, cache = scale_forward(x, w)
    raise ValueError(inspect.getsource(scale_forward) + repr(cache))
