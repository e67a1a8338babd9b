"""Raises odd exceptions in the middle of a question, and of reading its answer."""
# control: none
# assignment: scaling
# %% scale_forward
def scale_forward(x, w): return x + w, None
# %% twice
def twice(x, w): return scale_forward(x, w)[0], x
# %% attack in twice
from autograder.kernel import stand_in, wire
class Odd(BaseException):
    def __str__(self): raise SystemExit
class Raises:
    def __array__(self, *rest, **more): raise Odd
usual, count = wire.read_frame, [0]
def half(receive, *rest):
    count[0] += 1
    if count[0] % 2:
        receive(3)
        raise KeyboardInterrupt
    return usual(receive, *rest)
def twice(x, w):
    wire.read_frame = half
    try:
        scale_forward(Raises(), w)
    except Odd:
        pass
    return scale_forward(x, w)[0], x
