"""Takes the largest element of the state for the word."""

import numpy as np

BELIEF = "The state holds a number for each word, and the largest one is the word."
HINT = "How many elements has the state, and how many words are there? Which parameters turn one into the other?"
NOTE = "The words are numbers below H. The layer with W_vocab and b_vocab between state and scores is missing."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
        word = state.argmax(axis=1)
        captions[:, t] = word
    return captions
