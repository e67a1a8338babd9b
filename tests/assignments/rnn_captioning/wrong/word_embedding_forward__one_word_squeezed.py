"""Loses the axes of a single word."""

LOSES = {"word_embedding_forward": 1.0}


def word_embedding_forward(x, W):
    return W[x].squeeze(), (x, W.shape)
