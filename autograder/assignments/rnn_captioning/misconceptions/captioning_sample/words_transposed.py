"""Returns the captions in the order (max_length, N)."""

import numpy as np

BELIEF = "Words are written step after step, so each step is a row."
HINT = "Compare the axes of your result with those that are asked. Which one runs over the pictures?"
NOTE = "A list of words filled in the loop gives this order. The words themselves are right."
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
    return captions.T
