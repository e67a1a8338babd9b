"""Adds the picture's state in every step."""

import numpy as np

BELIEF = "The network must not forget the picture, so it sees it at each step."
HINT = "How often does the picture come into the model that you trained? And into the one that writes?"
NOTE = "Some captioning models do this. This one gets the picture once, as its first state."
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    first = state
    for t in range(max_length):
        state, _ = rnn_step_forward(
            params["W_embed"][word], state if t == 0 else state + first, params["Wx"], params["Wh"], params["b"]
        )
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
