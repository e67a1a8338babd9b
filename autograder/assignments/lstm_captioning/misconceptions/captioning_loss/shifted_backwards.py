"""Reads the caption without its first word and predicts the word before."""

BELIEF = "The model looks back: from each word it infers the one before it."
HINT = "When a caption is written, which words are known already, and which one is to be found next?"
NOTE = "The two slices are exchanged. Ask for the words read and predicted at step 0 of a short caption."
LOSES = 14


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, 1:], captions[:, :-1]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
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
