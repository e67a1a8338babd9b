"""Takes the row of the place instead of the row of the word."""

import numpy as np

BELIEF = "The vectors stand in the matrix in the order of the places of a caption."
HINT = "Do two captions with different words get different vectors in your result? Where does x stand in your look-up?"
NOTE = "The loop's index is used where the word x[n, t] is meant. All captions get the same vectors."
LOSES = 6


def word_embedding_forward(x, W):
    N, T = x.shape
    out = np.zeros((N, T, W.shape[1]))
    for n in range(N):
        for t in range(T):
            out[n, t] = W[t]
    return out, (x, W.shape)
