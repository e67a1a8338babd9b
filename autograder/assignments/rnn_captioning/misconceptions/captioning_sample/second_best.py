"""Takes the word with the second highest score."""

import numpy as np

BELIEF = "The best word after sorting stands at the place before the last."
HINT = "Sort three scores by hand. At which place does the word with the highest one end up?"
NOTE = "Off by one in a sorted array, or meant to avoid a word that is always best. Sorting is not needed for this."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argsort(axis=1)[:, -2]
        captions[:, t] = word
    return captions
