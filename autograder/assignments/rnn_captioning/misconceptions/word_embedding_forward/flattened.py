"""Returns one row for each word, in two axes instead of three."""

BELIEF = "The vectors are put one under the other, as the rows of a matrix."
HINT = (
    "How many axes does the words' array have, and how many should its vectors' array have? Which two have you merged?"
)
NOTE = (
    "The numbers are right. NumPy looks up with an index array of any shape, so nothing needs to be flattened before."
)
LOSES = 6


def word_embedding_forward(x, W):
    return W[x.ravel()], (x, W.shape)
