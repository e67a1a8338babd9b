"""Counts the words from 1."""

BELIEF = "The first word of the vocabulary has the number 1, so its vector is in the row before."
HINT = "Which row is word 0 given by your code? A negative index is no error in NumPy: it counts from the end."
NOTE = (
    "Word 0 silently gets the last row. Comes from languages that count from 1, or from the idea that 0 means 'no "
    "word'."
)
LOSES = 6


def word_embedding_forward(x, W):
    return W[x - 1], (x, W.shape)
