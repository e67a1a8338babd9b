"""Applies tanh to the first state."""

import numpy as np

BELIEF = "States lie between -1 and 1, so the first one has to go through the tanh as well."
HINT = "Compare how the first state is made here and in the loss. Is there an activation in the layer that makes it?"
NOTE = (
    "Consistent with a loss that does the same, but the model that is asked has an affine layer only. Look at the "
    "loss too."
)
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    state = np.tanh(state)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
