"""captions_in and captions_out are mixed up: the model reads all but the first word and is asked for the word before (all but the last), so it learns to predict the previous word, not the next one."""
import numpy as np
from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def loss(self, features, captions):
    captions_in = captions[:, 1:]
    captions_out = captions[:, :-1]
    mask = (captions_out != self._null)

    grads = {}
    caches = {}
    h0, caches["proj"] = affine_forward(features, self.params["W_proj"], self.params["b_proj"])
    word_vectors, caches["embed"] = word_embedding_forward(captions_in, self.params["W_embed"])
    hidden, caches["rnn"] = rnn_forward(
        word_vectors, h0, self.params["Wx"], self.params["Wh"], self.params["b"]
    )
    scores, caches["vocab"] = temporal_affine_forward(
        hidden, self.params["W_vocab"], self.params["b_vocab"]
    )
    loss_value, d = temporal_softmax_loss(scores, captions_out, mask, verbose=False)

    d, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(d, caches["vocab"])
    d, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(d, caches["rnn"])
    grads["W_embed"] = word_embedding_backward(d, caches["embed"])
    d, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, caches["proj"])
    return loss_value, grads
