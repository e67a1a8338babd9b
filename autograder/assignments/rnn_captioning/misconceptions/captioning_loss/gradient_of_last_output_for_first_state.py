"""Sends the gradient of the last state into the projection."""

BELIEF = "The gradient that has gone through all steps is at the end of dh."
HINT = "Which of the arrays that you have is the gradient of h0? Which function has returned it?"
NOTE = "dh is what comes from the scores, for each state apart. What went back through all steps is another array."
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
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh[:, -1], proj_cache)
    return loss, grads
