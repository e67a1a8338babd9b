"""Draws each word by its probability."""

import numpy as np

BELIEF = "Sampling means drawing from the distribution of the words."
HINT = "What does the handout ask for: a word drawn at random, or a certain one?"
NOTE = "Two calls give different captions. That is sampling in general; here the best word is asked."
LOSES = 12


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    c = np.zeros_like(h)
    word = np.full(len(features), self._start)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(params["W_embed"][word], h, c, params["Wx"], params["Wh"], params["b"])
        scores = h @ params["W_vocab"] + params["b_vocab"]
        exps = np.exp(scores - scores.max(axis=1, keepdims=True))
        probs = exps / exps.sum(axis=1, keepdims=True)
        word = np.array([np.random.choice(len(row), p=row) for row in probs])
        captions[:, t] = word
    return captions
