"""Returns the gradient of each place instead of each word."""

BELIEF = "The look-up only copies rows, so the gradient is the upstream gradient itself."
HINT = (
    "How many rows does the vocabulary have, and how many does your result? To which row of W does each of yours "
    "belong?"
)
NOTE = (
    "Half of the idea is right: the look-up copies. The rows must still be added into those of the words that were "
    "read."
)
LOSES = 8


def word_embedding_backward(dout, cache):
    _, shape = cache
    return dout.reshape(-1, shape[1])
