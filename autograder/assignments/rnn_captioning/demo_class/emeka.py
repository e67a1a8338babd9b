"""<NULL> is not masked; the gradient of one parameter is forgotten. Written in the Chinese edition."""

LANGUAGE = "zh-CN"


def loss(self, features, captions):
    p = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = np.ones(captions_out.shape, dtype=bool)
    h0, proj_cache = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, p["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, vocab_cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    grads["W_proj"] = features.T @ dh0
    return loss, grads
