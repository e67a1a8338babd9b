"""Computes scores once, behind the loop over the steps."""

import numpy as np

BELIEF = "The network takes all its steps first, and the scores follow from its last state."
HINT = "From which states do the words come? What does a step read when no word was chosen before it?"
NOTE = "As in the loss, where all steps are taken before the scores; but there the words are known."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for _ in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
    captions[:, -1] = (state @ params["W_vocab"] + params["b_vocab"]).argmax(axis=1)
    return captions
