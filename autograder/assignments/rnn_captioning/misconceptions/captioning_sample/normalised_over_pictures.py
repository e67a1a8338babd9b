"""Divides the exponentials of the scores by their sum over the pictures."""

import numpy as np

BELIEF = "softmax makes probabilities, whatever axis is summed."
HINT = "Over which axis do the probabilities of one step have to sum to 1? Sum yours over each of the two."
NOTE = (
    "The words of a picture depend on the other pictures of the batch; a picture alone always gets word 0. "
    "Softmax is not needed here at all, for it keeps the order of the scores."
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
        powers = np.exp(scores - scores.max())
        probabilities = powers / powers.sum(axis=0)
        word = probabilities.argmax(axis=1)
        captions[:, t] = word
    return captions
