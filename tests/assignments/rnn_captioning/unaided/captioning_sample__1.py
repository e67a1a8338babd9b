"""<START> is written as the first word of the output, and only max_length - 1 words are then chosen: the captions are shifted by one place."""
import numpy as np
from cs231n.layers import affine_forward


def sample(self, features, max_length=30):
    N = features.shape[0]
    captions = self._null * np.ones((N, max_length), dtype=np.int32)
    h, _ = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    captions[:, 0] = self._start
    for t in range(1, max_length):
        x = self.params["W_embed"][captions[:, t - 1]]
        h, _ = rnn_step_forward(x, h, self.params["Wx"], self.params["Wh"], self.params["b"])
        scores = h @ self.params["W_vocab"] + self.params["b_vocab"]
        captions[:, t] = np.argmax(scores, axis=1)
    return captions
