"""Sends a reply and a question in one go, so that one is taken for the other."""
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
    reply = wire.WireMessage({"value": {"ref": 1}, "about": {"type": "tuple", "length": 2}, "ask": None, "printed": ""})
    other = wire.WireMessage({"value": {"ref": 1}, "about": {"type": "tuple", "length": 2}, "changed": [], "printed": ""})
    ask._send(wire.encode(reply) + wire.encode(other) + wire.encode(reply))
    return x, x
