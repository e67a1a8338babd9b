"""Adds weight decay to the loss and to the gradient of W_vocab."""

BELIEF = "A loss always has a regularisation term."
HINT = "Which terms does the task ask of the loss? Compute it for a batch whose targets are all padding."
NOTE = "Carried over from the earlier assignments, often with 0.5 * reg. The loss of an empty batch is no longer 0."
LOSES = 8.5


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
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    loss += 0.05 * (params["W_vocab"] ** 2).sum()
    grads["W_vocab"] += 0.1 * params["W_vocab"]
    return loss, grads
