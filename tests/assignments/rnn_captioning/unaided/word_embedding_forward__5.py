"""The one-hot vectors are given the length x.max() + 1, not V. When the last word of the vocabulary does not occur in x, the product with W raises a ValueError, as the shapes do not fit."""
import numpy as np


def make_one_hot(words):
    n_words = words.max() + 1
    flat = words.reshape(-1)
    one_hot = np.zeros((flat.size, n_words))
    one_hot[np.arange(flat.size), flat] = 1
    return one_hot


def word_embedding_forward(x, W):
    N, T = x.shape
    one_hot = make_one_hot(x)
    out = np.dot(one_hot, W).reshape(N, T, -1)
    return out, [one_hot, x, W]
