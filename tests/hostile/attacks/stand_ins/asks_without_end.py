"""Sends questions without reading the answers."""
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
    ask = {"dict": [["function", "scale_forward"], ["args", {"list": [{"npy": 0}, {"npy": 1}]}], ["kwargs", {"dict": []}]]}
    frame = wire.encode(wire.WireMessage({"ask": ask}, [wire.dump_array(x), wire.dump_array(w)]))
    while True:
        asker()._send(frame * 1000)
