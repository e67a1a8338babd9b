"""Starts every step after the first from a state of zeros."""

import numpy as np

BELIEF = "Once the first word is written, the picture has done its part, and each word follows from the one before."
HINT = "What does the state hold after some steps that the last word alone does not tell?"
NOTE = (
    "The caption becomes a chain in which each word has one fixed successor. All pictures with the same first word "
    "get the same caption."
)
LOSES = 6


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
        state = np.zeros_like(state)
    return captions
