"""Computes the loss and no gradients."""

BELIEF = "The loss is what is asked; gradients are made where the model is trained."
HINT = "How many values does the function have to return? For which parameters does the second one hold gradients?"
NOTE = "The forward pass is right. The backward pass goes through the same layers the other way round."
LOSES = 12


def loss(self, features, captions):
    params = self.params
    captions_in, captions_out = captions[:, :-1], captions[:, 1:]
    mask = captions_out != self._null
    h0, _ = affine_forward(features, params["W_proj"], params["b_proj"])
    words, _ = word_embedding_forward(captions_in, params["W_embed"])
    h, _ = rnn_forward(words, h0, params["Wx"], params["Wh"], params["b"])
    scores, _ = temporal_affine_forward(h, params["W_vocab"], params["b_vocab"])
    loss, _ = temporal_softmax_loss(scores, captions_out, mask)
    return loss, {}
