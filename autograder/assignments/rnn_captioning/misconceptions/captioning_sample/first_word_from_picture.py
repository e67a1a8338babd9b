"""Takes the first word from the picture's state and never reads <START>."""

import numpy as np

BELIEF = "The first state says what the picture shows, so the first word follows from it."
HINT = "What does the model read in its first step of the training? Which of your steps reads it?"
NOTE = "Every word comes one step too early: h0 is meant to be the state before <START> is read."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    for t in range(max_length):
        word = (state @ params["W_vocab"] + params["b_vocab"]).argmax(axis=1)
        captions[:, t] = word
        state, _ = rnn_step_forward(params["W_embed"][word], state, params["Wx"], params["Wh"], params["b"])
    return captions
