"""Divides loss and gradients by the number of words that count."""

BELIEF = "The loss is the mean over all words that are predicted."
HINT = "By what does the loss function that is given divide? And what is your loss for a batch in which no word counts?"
NOTE = (
    "Common in other libraries, and harmless for training but for the learning rate. Here it is not what is asked, "
    "and it divides 0 by 0 for an empty batch."
)
LOSES = 7


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, proj_cache = affine_forward(features, params["W_proj"], params["b_proj"])
    words, embed_cache = word_embedding_forward(captions_in, params["W_embed"])
    h, rnn_cache = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, vocab_cache = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, mask)
    factor = len(features) / mask.sum()
    loss, dscores = loss * factor, dscores * factor
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab_cache)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn_cache)
    grads["W_embed"] = word_embedding_backward(dwords, embed_cache)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, proj_cache)
    return loss, grads
