"""Computes in float32 whatever comes in, and returns float32."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def single(*arrays):
    return [array.astype(np.float32) for array in arrays]


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = single(x, prev_h, Wx, Wh, b)
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h.astype(np.float32) * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = np.zeros((*x.shape[:2], len(b)), dtype=np.float32), []
    for t in range(x.shape[1]):
        h0, cache = rnn_step_forward(x[:, t], h0, Wx, Wh, b)
        h[:, t] = h0
        caches.append(cache)
    return h, caches


def rnn_backward(dh, cache):
    x, prev_h, Wx, Wh, _ = cache[0]
    dx = np.zeros((len(x), len(cache), x.shape[1]), dtype=np.float32)
    dWx, dWh, db, dstate = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wh[0]), np.zeros_like(prev_h)
    for t in range(len(cache))[::-1]:
        dx[:, t], dstate, *parts = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    return W.astype(np.float32)[x], (x, W.shape)


def word_embedding_backward(dout, cache):
    dW = np.zeros(cache[1], dtype=np.float32)
    np.add.at(dW, cache[0], dout.astype(np.float32))
    return dW


def loss(self, features, captions):
    p = {name: values.astype(np.float32) for name, values in self.params.items()}
    target = captions[:, 1:]
    h0, projected = affine_forward(features.astype(np.float32), p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, recurrent = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, dscores = temporal_softmax_loss(scores, target, target != self._null)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scored)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, recurrent)
    grads["W_embed"] = word_embedding_backward(dwords, embedded)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, projected)
    return value, grads


def sample(self, features, max_length=30):
    p = {name: values.astype(np.float32) for name, values in self.params.items()}
    h, word = features.astype(np.float32) @ p["W_proj"] + p["b_proj"], np.full(len(features), self._start)
    captions = np.zeros((len(features), max_length), dtype=np.int8)
    for t in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        captions[:, t] = word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
    return captions
