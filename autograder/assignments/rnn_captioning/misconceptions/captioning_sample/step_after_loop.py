"""Takes one step behind the loop and writes its word into the last place."""

import numpy as np

BELIEF = "Indentation is for the eye; what comes after the loop's head is repeated."
HINT = "How many words has each of your captions? Which lines does the loop repeat?"
NOTE = "Only the look-up is inside the loop. The first word is right, and stands in the last place."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for _ in range(max_length):
        vector = params["W_embed"][word]
    state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
    captions[:, -1] = (state @ params["W_vocab"] + params["b_vocab"]).argmax(axis=1)
    return captions
