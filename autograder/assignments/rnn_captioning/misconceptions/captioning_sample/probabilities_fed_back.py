"""Feeds back the mean of all words' vectors, weighted by their probabilities."""

import numpy as np

BELIEF = "The network should know how sure it was, so all words are fed back."
HINT = "How many words does the model read at each step of the training? How many does it read in your loop?"
NOTE = (
    "Right as long as one word has nearly all the probability. The word that was written must be the one that is read."
)
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    vector = params["W_embed"][word]
    for t in range(max_length):
        state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        vector = odds / odds.sum(axis=1, keepdims=True) @ params["W_embed"]
        captions[:, t] = word
    return captions
