"""Looks the words up step by step and reshapes the result, which mixes captions."""

BELIEF = "An array of the right size needs only its axes renamed, and reshape does that."
HINT = "Compare the second vector of the first caption with the row of W. Whose word's vector is it?"
NOTE = "reshape keeps the order in memory; only transpose exchanges axes."
LOSES = 5


def word_embedding_forward(x, W):
    return W[x.T].reshape(*x.shape, W.shape[1]), (x, W.shape)
