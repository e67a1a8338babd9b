"""Takes the word with the lowest score."""

import numpy as np

BELIEF = "The best word is the one with the smallest loss, which is the smallest number."
HINT = "Does a likely word have a high score or a low one?"
NOTE = "argmin in place of argmax."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmin(axis=1)
        captions[:, t] = word
    return captions
