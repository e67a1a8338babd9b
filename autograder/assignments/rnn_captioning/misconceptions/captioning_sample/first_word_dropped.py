"""Leaves out the first word that the model writes."""

import numpy as np

BELIEF = "What comes out of the first step answers <START>, and is no word of the caption."
HINT = "What did the model learn to give after it has read <START>? Where is that word in your captions?"
NOTE = (
    "Everything stands one place too early. In training the target of the first step is the first word of the caption."
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
        word = scores.argmax(axis=1)
        if t > 0:
            captions[:, t - 1] = word
    return captions
