"""Gives the picture to the cell state as well."""

import numpy as np

BELIEF = "Both states start from what is known about the picture."
HINT = "What was in the cell state before the first step when the model was trained?"
NOTE = "c0 = h0 in place of zeros: another model than the one that was trained."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = h.copy()
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
