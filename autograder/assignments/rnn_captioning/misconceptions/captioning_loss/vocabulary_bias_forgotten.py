"""Computes the scores without the bias b_vocab."""

import numpy as np

BELIEF = "A score is the product of a state and a word's weights."
HINT = "Add one to a single entry of b_vocab. Must the loss change, and does yours?"
NOTE = "The bias is zero at the start of the training, so the first loss shows nothing."
LOSES = 20


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], np.zeros_like(params["b_vocab"]))
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
