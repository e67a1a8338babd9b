"""Starts the LSTM from zeros in place of the picture."""

import numpy as np

BELIEF = "An LSTM starts with states of zeros."
HINT = "By which way does anything about the picture get into your model?"
NOTE = "h0 is not used, and W_proj and b_proj have no gradient. Only the cell state begins with zeros."
LOSES = 14


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, lstm_cache = lstm_forward(words, np.zeros_like(h0), params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(np.zeros_like(dh0), proj_cache)
    return loss, grads
