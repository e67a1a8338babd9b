"""Writes <START> as the first word of every caption."""

import numpy as np

BELIEF = "A caption begins with <START>, as those of the data set do."
HINT = "Which word is read before the first one is written? Did the model choose it?"
NOTE = (
    "The words themselves are right, one place later, and the last one has no room. Marked on what follows <START>; "
    "only the first word's points are lost."
)
LOSES = 2


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    captions[:, 0] = word
    for t in range(1, max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
