"""Never chooses <END>."""

import numpy as np

BELIEF = "Captions have to be max_length words long, so <END> must not be chosen."
HINT = "Is <END> among the words of the vocabulary? What is to be written when its score is the highest?"
NOTE = "Masks a marker as if it was padding. The model has learned where a caption ends, and may say so."
LOSES = 7


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        scores[:, self._end] = -np.inf
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
