"""Leaves the first place empty and writes every word one place late."""

import numpy as np

BELIEF = "The first place belongs to <START>, so the words begin in the second one."
HINT = "What does your output hold in its first place, and what is asked there?"
NOTE = "The words are right. <START> is read and not written, so no place is kept for it."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        if t + 1 < max_length:
            captions[:, t + 1] = word
    return captions
