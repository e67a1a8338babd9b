"""Leaves <NULL> out of the loss, but not out of the gradient of the scores."""

import numpy as np

BELIEF = "The mask is there for the number that is reported."
HINT = "Which scores can change your loss at all? What is your gradient at a target that is <NULL>?"
NOTE = (
    "The value is right, every gradient is wrong, most of all for short captions. Shows where the softmax was "
    "written by hand; a gradient has to be that of the masked sum."
)
LOSES = 13


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, _ = temporal_softmax_loss(scores, captions_out, mask)
    _, dscores = temporal_softmax_loss(scores, captions_out, np.ones_like(mask))
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
