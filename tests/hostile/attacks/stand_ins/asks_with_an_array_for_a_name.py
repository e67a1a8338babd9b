"""Asks with an array where a name belongs, so that the grader's own comparison fails and a person has to look."""
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
    for what in ("looked", "unknown", "function"):
        asker()(wire.WireMessage({"ask": {"dict": [[what, {"npy": 0}]]}}, [wire.dump_array(x)]))
    return x, x
