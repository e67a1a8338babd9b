"""Returns the gradient of each place instead of each word."""

LOSES = {"word_embedding_backward": 8.0}


def word_embedding_backward(dout, cache):
    _, shape = cache
    return dout.reshape(-1, shape[1])
