"""Sends the gradient of the first output state into the projection instead of that of h0."""

BELIEF = "The state that comes from the picture is the first of the states in h."
HINT = (
    "Which state does h[:, 0] hold, and which step lies between it and h0? What does the recurrent layer's "
    "backward function return for h0?"
)
NOTE = (
    "dh[:, 0] is what the scores of the first step send back to the state after that step. The gradient of h0 is "
    "a result of the recurrent layer's backward pass."
)
LOSES = 3


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, _, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh[:, 0], proj_cache)
    return loss, grads
