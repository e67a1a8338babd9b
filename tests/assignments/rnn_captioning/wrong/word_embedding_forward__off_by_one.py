"""Counts the words from 1."""

LOSES = {"word_embedding_forward": 6.0}


def word_embedding_forward(x, W):
    return W[x - 1], (x, W.shape)
