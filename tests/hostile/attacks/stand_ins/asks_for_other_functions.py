"""Asks for functions that nothing stands in for, and returns what it gets."""
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
    for name in ("twice", "again", "rnn_forward", "reference", "__class__", "scale_forward.__globals__"):
        ask = {"dict": [["function", name], ["args", {"list": [{"npy": 0}, {"npy": 1}]}], ["kwargs", {"dict": []}]]}
        answer = asker()(wire.WireMessage({"ask": ask}, [wire.dump_array(x), wire.dump_array(w)]))
        if "answer" in answer.content:
            return wire.unpack(answer.content["answer"], answer.attachments, int)
    return x, x
