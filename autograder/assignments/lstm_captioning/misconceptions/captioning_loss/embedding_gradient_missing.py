"""Has no gradient for W_embed."""

BELIEF = "Word vectors are a table to look up, and a table has no gradient."
HINT = "Compare the keys of your dictionary with those of self.params. What do you do with dwords?"
NOTE = "The gradient of the inputs is thrown away, and the words keep their random vectors."
LOSES = 1


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, _ = word_embedding_forward(captions_in, params["W_embed"])
    h, lstm_cache = lstm_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    _, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
