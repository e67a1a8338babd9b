"""Goes from picture to picture, and sets <START> for the first one only."""

import numpy as np

BELIEF = "<START> is read once, at the very beginning."
HINT = "Which word does your loop read first for the second picture? Where did that word come from?"
NOTE = (
    "The first caption is right, the others begin with the last word of the one before. What belongs to one "
    "picture has to be set anew for each."
)
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    states, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = self._start
    for picture in range(len(features)):
        state = states[[picture]]
        for t in range(max_length):
            state, _ = rnn_step_forward(params["W_embed"][[word]], state, params["Wx"], params["Wh"], params["b"])
            word = int(np.argmax(state @ params["W_vocab"] + params["b_vocab"]))
            captions[picture, t] = word
    return captions
