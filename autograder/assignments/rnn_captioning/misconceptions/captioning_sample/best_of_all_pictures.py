"""Chooses one word for all pictures: the one with the highest score of them all."""

import numpy as np

BELIEF = "argmax finds the best word of each row by itself."
HINT = "What shape has the result of your argmax, and what shape should the words of one step have?"
NOTE = (
    "All pictures get the same caption. argmax without an axis counts through the flattened scores, and gives a "
    "single number."
)
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = np.full(len(features), scores.argmax() % scores.shape[1])
        captions[:, t] = word
    return captions
