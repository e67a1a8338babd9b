"""Changes what is in a cache after its function has returned it."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x + w, [x, w]
# %% scale_backward
def scale_backward(dout, cache): return dout, dout[0]
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
def twice(x, w):
    out, cache = scale_forward(x, w)
    cache[0] = cache[1] = None
    cache.extend([w * w, x, out, cache])
    w *= w
    return out * w, scale_backward(np.ones_like(x), cache)[0]
