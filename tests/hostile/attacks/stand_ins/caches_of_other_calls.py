"""Hands on the cache of another call, and objects that lie where a cache has lain."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x * w, [x, w]
# %% scale_backward
def scale_backward(dout, cache): return dout, dout[0]
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
import gc
def twice(x, w):
    numbers = set()
    for factor in range(50):
        out, cache = scale_forward(factor * x, w)
        numbers.add(id(cache))
        del cache
        gc.collect()
    for _ in range(10000):
        made = [x, w * w]
        if id(made) in numbers:
            return out, scale_backward(np.ones_like(x), made)[0]
    return out, scale_backward(np.ones_like(x), scale_forward(x, w * w)[1])[1]
