"""Takes its steps without the bias b."""

import numpy as np

BELIEF = "Wx and Wh are the weights of the recurrent layer."
HINT = "Which of the eight parameters has no effect on your captions?"
NOTE = (
    "Usually the step was written out once more in place of calling the function. The bias is zero before the training."
)
LOSES = 10


def sample(self, features, max_length=30):
    params = self.params
    captions = np.zeros((len(features), max_length), dtype=int)
    state, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    word = np.full(len(features), self._start)
    for t in range(max_length):
        state, _ = rnn_step_forward(
            params["W_embed"][word], state, params["Wx"], params["Wh"], np.zeros_like(params["b"])
        )
        scores = state @ params["W_vocab"] + params["b_vocab"]
        word = scores.argmax(axis=1)
        captions[:, t] = word
    return captions
