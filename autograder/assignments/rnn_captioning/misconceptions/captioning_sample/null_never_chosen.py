"""Never chooses <NULL>."""

import numpy as np

BELIEF = "<NULL> is padding and no word, so it is left out of the choice."
HINT = "Which words may have the highest score? Does the task leave out any of them?"
NOTE = "Sensible for reading, but each word is the one with the highest score, whichever that is."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        scores[:, self._null] = -np.inf
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
