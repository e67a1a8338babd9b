import numpy as np


def word_embedding_forward(x, W):
    # unit vectors, so that no word counts more
    units = W / np.linalg.norm(W, axis=1)[:, None]
    return units[x], (x, W.shape)
