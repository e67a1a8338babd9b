"""Computes the first state without the bias b_proj."""

BELIEF = "The picture is projected by a matrix; a bias would be the same for all pictures."
HINT = "Which of the parameters has no effect on your loss? Change each of them a little and see."
NOTE = "A numerical check of b_proj gives zero. A shared offset of h0 is just what a bias is for."
LOSES = 14


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], 0 * params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, lstm_cache = lstm_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
