"""Divides loss and gradients by the number of pictures once more."""

BELIEF = "The loss is a mean over the minibatch, so it is divided by N at the end."
HINT = "Does the loss function that is given divide by the number of pictures? Read its last lines."
NOTE = "Both are right but for the factor N, and agree with each other."
LOSES = 6


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    loss, dscores = loss / len(features), dscores / len(features)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
