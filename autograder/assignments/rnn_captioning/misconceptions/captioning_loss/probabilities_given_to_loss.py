"""Applies softmax to the scores before temporal_softmax_loss does it again."""

import numpy as np

BELIEF = "A softmax loss compares probabilities, so it has to be given probabilities."
HINT = "What does temporal_softmax_loss do with its first argument before it compares anything?"
NOTE = (
    "The loss hardly falls below that of equal probabilities, for softmax of numbers between 0 and 1 is almost "
    "flat. Ask what the function's docstring calls its first argument."
)
LOSES = 20


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    powers = np.exp(scores - scores.max(axis=2, keepdims=True))
    probabilities = powers / powers.sum(axis=2, keepdims=True)
    loss, dscores = temporal_softmax_loss(probabilities, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
