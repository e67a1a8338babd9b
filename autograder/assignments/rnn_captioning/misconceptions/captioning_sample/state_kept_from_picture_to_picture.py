"""Goes from picture to picture, and lets the state go on."""

import numpy as np

BELIEF = "The state is made before the loop, and then goes from step to step."
HINT = "From which state does the second caption start in your loop? What does that state know of its picture?"
NOTE = "The first caption is right. Each further picture needs its own row of h0 at the start of its caption."
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    state = h0[:1]
    for n in range(len(features)):
        word = self._start
        for t in range(max_length):
            vector = params["W_embed"][[word]]
            state, _ = rnn_step_forward(vector, state, params["Wx"], params["Wh"], params["b"])
            word = (state @ params["W_vocab"] + params["b_vocab"]).argmax()
            captions[n, t] = word
    return captions
