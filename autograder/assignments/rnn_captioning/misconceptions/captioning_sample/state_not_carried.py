"""Starts every step from the state that comes from the picture."""

import numpy as np

BELIEF = "Each word is chosen from the picture and the word before it."
HINT = "How does the third step of your loop know about the first word? Which variable should have changed in between?"
NOTE = (
    "The first word is right, the others depend on one word of history. Compare the call of the step with its result."
)
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], h0, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
