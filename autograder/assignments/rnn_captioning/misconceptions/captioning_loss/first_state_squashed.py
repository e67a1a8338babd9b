"""Applies tanh to the first state."""

import numpy as np

BELIEF = "States lie between -1 and 1, so the first one has to go through the tanh as well."
HINT = "What does the task say about how h0 comes from the features? Is there an activation in that layer?"
NOTE = (
    "A sensible design, and gradients are consistent with it, but not the model that is asked: h0 is an affine "
    "function of the features."
)
LOSES = 20


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    h0 = np.tanh(h0)
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0 * (1 - h0**2), proj_cache)
    return loss, grads
