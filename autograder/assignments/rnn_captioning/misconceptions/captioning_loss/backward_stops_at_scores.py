"""Returns gradients for W_vocab and b_vocab alone."""

BELIEF = "Only the last layer makes the scores, so only its weights are trained."
HINT = "Compare the keys of your gradients with those of self.params. Which layer's backward function comes next?"
NOTE = "The backward pass stops after its first layer; its gradient of h is not used."
LOSES = 9


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    words, _ = word_embedding_forward(captions_in, params["W_embed"])
    h, _ = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    _, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    return loss, grads
