"""Adds step by step, and loses words that several captions have at the same step."""

import numpy as np

BELIEF = "A loop over the time steps takes care of repeated words."
HINT = "All captions start with the same word. What happens to its gradients in the first turn of your loop?"
NOTE = (
    "The loop removes repeats between steps only; dW[x[:, t]] += dout[:, t] still loses those within a column. "
    "<START> is always such a word."
)
LOSES = 4


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for t in range(x.shape[1]):
        dW[x[:, t]] += dout[:, t]
    return dW
