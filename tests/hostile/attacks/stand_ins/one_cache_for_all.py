"""One object is the cache of all calls, so that gradients are asked for at inputs that it picks."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x * w, KEPT
KEPT = []
# %% scale_backward
def scale_backward(dout, cache): return dout, dout[0]
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
def twice(x, w):
    for one in (w, w * w, x[0], w):
        out, cache = scale_forward(x, one)
    found = [scale_backward(np.ones_like(x), cache)[0] for _ in range(9)]
    return out, found[5]
