"""Takes argmax without an axis, and its number for a word."""

import numpy as np

BELIEF = "argmax of the scores is the number of the best word."
HINT = (
    "How large can your argmax become, and how large the number of a word? Through what does argmax count without an "
    "axis?"
)
NOTE = "argmax counts through the flattened scores of all pictures. It is a word's number only for the first picture."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = np.full(len(features), scores.argmax())
        captions[:, t] = word
    return captions
