"""Takes the first word from the first state, before any step."""

import numpy as np

BELIEF = "The first state comes from the picture, so it gives the first word."
HINT = "Which states are scored in training? Is the first one, which comes straight from the picture, among them?"
NOTE = "<START> is read too late, and each word is one step behind. In training h0 itself is never given scores."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        scores = state @ params["W_vocab"] + params["b_vocab"]
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
