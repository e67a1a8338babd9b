"""Caches that are long to compare: huge, deep, in circles, of lists without anything in them."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x * w, make(x, w)
def make(x, w): return [x, w]
# %% scale_backward
def scale_backward(dout, cache): return dout, dout[0]
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
def make(x, w):
    circle, deep = [x], [w]
    circle.append(circle)
    for _ in range(60):
        deep = [deep, deep]
    return [circle, deep, [()] * 10**6, {number: x for number in range(10**5)}, np.broadcast_to(1.0, (10**12,)), bytes(10**8)]
def twice(x, w):
    out, cache = scale_forward(x, w)
    for _ in range(200):
        scale_forward(x, w)
    for made in (list(cache), tuple(cache), *cache):
        try:
            scale_backward(x, made)
        except TypeError:
            pass
    return out, x
