"""Writes the first picture's caption for all."""

import numpy as np

BELIEF = "One caption is written for each call."
HINT = "Let the batch hold two different pictures. Which part of your code depends on the second one?"
NOTE = "Often written for one picture and then repeated, or an index [0] left over from trying it out."
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
        captions[:, t] = word
    return np.broadcast_to(captions[:1], captions.shape)
