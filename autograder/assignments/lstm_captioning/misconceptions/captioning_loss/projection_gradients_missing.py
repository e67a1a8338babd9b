"""Has no gradients for W_proj and b_proj."""

BELIEF = "The features are given, so nothing before the LSTM has to be learned."
HINT = "Compare the keys of your dictionary with those of self.params."
NOTE = "The last backward call is missing. The model cannot learn to see."
LOSES = 2


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, lstm_cache = lstm_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, _, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, lstm_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    return loss, grads
