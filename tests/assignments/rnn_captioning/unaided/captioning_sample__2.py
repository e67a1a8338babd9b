"""The state is not handed on: each step starts again from h0, the state of the picture, not from the state that the step before returned. The first word is right; each further word depends only on the picture and on the word before."""
import numpy as np
from cs231n.layers import affine_forward


def sample(self, features, max_length=30):
    N = features.shape[0]
    p = self.params
    captions = np.full((N, max_length), self._null, dtype=int)

    h0 = affine_forward(features, p["W_proj"], p["b_proj"])[0]
    word = np.full(N, self._start)
    for i in range(max_length):
        emb, _ = word_embedding_forward(word[:, None], p["W_embed"])
        next_h, _ = rnn_step_forward(emb[:, 0, :], h0, p["Wx"], p["Wh"], p["b"])
        scores, _ = affine_forward(next_h, p["W_vocab"], p["b_vocab"])
        word = scores.argmax(axis=1)
        captions[:, i] = word
    return captions
