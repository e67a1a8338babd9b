"""Returns the vectors along the second axis, (N, D, T)."""

BELIEF = "The vector of a word is a column, and the words stand side by side."
HINT = "Compare the axes of your result with those that are asked: which one should run over the elements of a vector?"
NOTE = (
    "The numbers are right, the last two axes are exchanged. Channels come before positions in convolutions, which "
    "may be where it comes from."
)
LOSES = 6


def word_embedding_forward(x, W):
    return W[x].transpose(0, 2, 1), (x, W.shape)
