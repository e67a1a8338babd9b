"""Returns no gradients for W_proj and b_proj."""

BELIEF = "The backward pass ends with the recurrent layer."
HINT = (
    "Compare the keys of your gradients with those of self.params. Which layer of the forward pass has no "
    "backward pass?"
)
NOTE = "The first layer of the forward pass is the last one of the backward pass, and was forgotten."
LOSES = 3


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, _, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    return loss, grads
