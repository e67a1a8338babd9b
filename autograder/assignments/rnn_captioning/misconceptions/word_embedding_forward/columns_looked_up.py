"""Looks up columns of W instead of rows."""

BELIEF = "Each column of W is the vector of a word."
HINT = "How many words are there, and which axis of W has as many places? Which axis does your index go to?"
NOTE = (
    "Raises where a word's number is not below D, and mixes words up where all are. The notebook gives W one row "
    "for each word."
)
LOSES = 6


def word_embedding_forward(x, W):
    out = W[:, x].reshape(*x.shape, -1)
    return out, (x, W.shape)
