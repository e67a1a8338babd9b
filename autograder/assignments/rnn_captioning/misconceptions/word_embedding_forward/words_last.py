"""Returns the vectors along the second axis, (N, D, T)."""

from autograder.messages import mark

BELIEF = mark("The vector of a word is a column, and the words stand side by side.")
HINT = mark(
    "Compare the axes of your result with those that are asked: which one should run over the elements of a vector?"
)
NOTE = mark(
    "The numbers are right, the last two axes are exchanged. Channels come before positions in convolutions, which "
    "may be where it comes from."
)
LOSES = 6


def word_embedding_forward(x, W):
    return W[x].transpose(0, 2, 1), (x, W.shape)
