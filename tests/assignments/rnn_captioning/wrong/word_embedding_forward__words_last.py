"""Returns the vectors along the second axis instead of the last."""

LOSES = {"word_embedding_forward": 6.0}


def word_embedding_forward(x, W):
    return W[x].transpose(0, 2, 1), (x, W.shape)
