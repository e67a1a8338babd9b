"""Stops for all pictures when the first caption has ended."""

import numpy as np

BELIEF = "When <END> comes, the sampling is done."
HINT = "Whose <END> does your loop look at, and which captions are still going on?"
NOTE = "The other captions are cut off. Each row has its own end."
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
        if word[0] == self._end:
            break
    return captions
