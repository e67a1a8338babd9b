"""Returns the vectors in the order (T, N, D)."""

BELIEF = "The network reads step after step, so time is the first axis."
HINT = "Compare the axes of your result with those that are asked. Which one runs over the captions?"
NOTE = "The numbers are right, the first two axes are exchanged. Sequence-first layouts are common in other libraries."
LOSES = 5


def word_embedding_forward(x, W):
    return W[x.T], (x, W.shape)
