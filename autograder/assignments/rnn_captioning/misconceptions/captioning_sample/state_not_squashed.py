"""Takes its steps without the tanh."""

import numpy as np

BELIEF = "A step adds two products and a bias."
HINT = "Compare a step of your loop with the function that you wrote for it. What is missing after the sum?"
NOTE = "The step was written out once more. Calling the function keeps the two from drifting apart."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state = params["W_embed"][word] @ params["Wx"] + state @ params["Wh"] + params["b"]
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
