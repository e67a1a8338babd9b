"""Asks for gradients without end, at inputs that spread."""
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
from autograder.kernel import stand_in, wire
def asker(): return next(one for one in gc.get_objects() if type(one) is stand_in.Asker)
def twice(x, w):
    ask, answered = asker(), {}
    sizes = [((4096, 1), 4096), ((4096, 128), 128), ((3, 2), 2), ((1, 1 << 20), 1 << 20), ((0, 4096), 4096)]
    while True:
        for shape, width in sizes:
            form = {"dict": [["function", "scale_backward"], ["args", {"list": [{"npy": 0}]}], ["inputs", {"list": [{"npy": 1}, {"npy": 2}]}]]}
            parts = [wire.dump_array(np.ones(one)) for one in (shape, shape, width)]
            answered[shape] = ask(wire.WireMessage({"ask": form}, parts))
