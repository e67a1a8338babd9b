"""Takes the word with the lowest score."""

import numpy as np

BELIEF = "Scores are like losses: the smaller, the better."
HINT = "In training, does the score of the right word rise or fall? Which word do you take?"
NOTE = "Cross-entropy raises the score of the right word. Energy-based models and costs have the opposite sign."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmin(axis=1)
        captions[:, t] = word
    return captions
