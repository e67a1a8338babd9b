"""Draws words by their probability instead of taking the best."""

import numpy as np

BELIEF = "To sample means to draw at random."
HINT = (
    "Call your function twice for the same picture: should the captions differ? What does the task say about which "
    "word is taken?"
)
NOTE = "The method's name suggests it, and it is how many text generators work. The task asks for the highest score."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        word = np.array([np.random.choice(len(row), p=row) for row in odds])
        captions[:, t] = word
    return captions
