"""Steps with numpy's matrix class, where * is the matrix product; wide results, in Fortran order."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = map(np.asmatrix, (x, prev_h, Wx, Wh, b))
    next_h = np.tanh(x * Wx + prev_h * Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = np.multiply(dnext_h, 1 - np.power(next_h, 2))
    return da * Wx.T, da * Wh.T, x.T * da, prev_h.T * da, da.sum(axis=0).A1


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = np.zeros((*x.shape[:2], len(b)), order="F"), []
    for t in range(x.shape[1]):
        h0, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        caches.append(cache)
    return h, caches


def rnn_backward(dh, cache):
    T, D = len(cache), cache[0][0].shape[1]
    dx, dstate, sums = np.zeros((len(dh), T, D), order="F"), np.zeros_like(cache[0][1]), [0, 0, 0]
    for t in reversed(range(T)):
        dx[:, t], dstate, *parts = rnn_step_backward(dh[:, t] + dstate, cache[t])
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return dx, dstate, *sums


def word_embedding_forward(x, W):
    return np.asfortranarray(W[x]), (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    order = np.argsort(x, axis=None, kind="stable")
    words, starts = np.unique(x.ravel()[order], return_index=True)
    dW = np.zeros_like(W)
    dW[words] = np.add.reduceat(dout.reshape(-1, W.shape[1])[order], starts, axis=0)
    return np.asmatrix(dW)


def loss(self, features, captions):
    p, grads = self.params, {}
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, recurrent = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self._null)
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scored)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, recurrent)
    grads["W_embed"] = word_embedding_backward(dwords, embedded)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(np.asarray(dh0), projected)
    return np.array([value]), grads


def sample(self, features, max_length=30):
    p = self.params
    h, word = np.asmatrix(features) * p["W_proj"] + p["b_proj"], [self._start] * len(features)
    captions = np.asmatrix(np.zeros((len(features), max_length), dtype=np.int64))
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = (h * p["W_vocab"] + p["b_vocab"]).argmax(axis=1)
        word = captions[:, t].A1
    return captions
