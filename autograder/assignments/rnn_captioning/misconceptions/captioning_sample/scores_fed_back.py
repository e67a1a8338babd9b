"""Feeds back the vectors of all words, weighted by their scores."""

import numpy as np

BELIEF = "The scores are the output of a step, so they are the input of the next one."
HINT = (
    "What does one row of the scores stand for, and what does the embedding look up? How many words are read in a "
    "step of the training?"
)
NOTE = (
    "The first word is right. The word that was chosen has to be looked up, as the words of a caption are in training."
)
LOSES = 6


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    vector = params["W_embed"][np.full(len(features), self._start)]
    for t in range(max_length):
        state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
        scores = state @ params["W_vocab"] + params["b_vocab"]
        captions[:, t] = scores.argmax(axis=1)
        vector = scores @ params["W_embed"]
    return captions
