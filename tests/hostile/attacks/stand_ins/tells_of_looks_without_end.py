"""Says without end that it has looked into a cache, which is not a question that is counted as one."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x + w, None
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
import gc
from autograder.kernel import stand_in, wire
def asker(): return next(one for one in gc.get_objects() if type(one) is stand_in.Asker)
def twice(x, w):
    ask = asker()
    while True:
        ask(wire.WireMessage({"ask": {"dict": [["looked", "scale_forward"]]}}))
