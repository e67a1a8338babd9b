"""Stops for all pictures as soon as one caption ends."""

import numpy as np

BELIEF = "When <END> is written, the work is done; captions of one batch are equally long."
HINT = "One caption of the batch is shorter than the others. What happens to the others when it ends?"
NOTE = "A right idea for one picture. For a batch it needs either no stop at all, or a stop when every row has ended."
LOSES = 5


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
        if (word == self._end).any():
            break
    return captions
