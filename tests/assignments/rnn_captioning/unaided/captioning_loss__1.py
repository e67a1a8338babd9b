"""The mask is made from captions_in where it must be made from captions_out: the step that reads <END> and has the target <NULL> counts as well, and the model is trained to say <NULL> there."""
import numpy as np
from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def loss(self, features, captions):
    captions_in = captions[:, :-1]
    captions_out = captions[:, 1:]
    mask = captions_in != self._null

    p = self.params
    h0, cache_proj = affine_forward(features, p["W_proj"], p["b_proj"])
    x, cache_embed = word_embedding_forward(captions_in, p["W_embed"])
    h, cache_rnn = rnn_forward(x, h0, p["Wx"], p["Wh"], p["b"])
    scores, cache_vocab = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)

    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, cache_vocab)
    dx, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache_rnn)
    grads["W_embed"] = word_embedding_backward(dx, cache_embed)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, cache_proj)
    return loss, grads
