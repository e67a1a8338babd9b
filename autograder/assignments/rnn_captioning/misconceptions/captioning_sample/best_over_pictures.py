"""Takes argmax over the pictures instead of over the words."""

import numpy as np

BELIEF = "axis=0 is the axis along which the answers stand."
HINT = (
    "Which axis of the scores runs over the words? What shape has your argmax, and how many words do you need in one "
    "step?"
)
NOTE = (
    "argmax(axis=0) gives a picture for each word. It only raises where the number of words is not the number of "
    "pictures."
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
        word = scores.argmax(axis=0)
        captions[:, t] = word
    return captions
