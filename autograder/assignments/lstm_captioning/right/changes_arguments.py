"""Works in place, on its arguments: they are spoiled afterwards, the results are right."""

import numpy as np

from cs231n.rnn_layers import (
    sigmoid,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    kept = x.copy(), prev_h.copy(), prev_c.copy(), Wx.copy(), Wh.copy()
    a = x @ Wx
    a += prev_h @ Wh
    a += b
    i, f, o = (sigmoid(block) for block in np.split(a, 4, axis=1)[:3])
    g = np.tanh(np.split(a, 4, axis=1)[3])
    prev_c *= f
    prev_c += i * g
    next_c = prev_c.copy()
    shown = np.tanh(prev_c)
    for argument in (x, prev_h, prev_c, Wx, Wh, b):
        argument.fill(0)
    return o * shown, next_c, (*kept, i, f, o, g, shown)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, shown = cache
    dnext_c += dnext_h * o * (1 - shown**2)
    dnext_h *= shown
    blocks = [
        dnext_c * g * i * (1 - i),
        dnext_c * prev_c * f * (1 - f),
        dnext_h * o * (1 - o),
        dnext_c * i * (1 - g**2),
    ]
    da = np.hstack(blocks)
    dnext_c *= f
    return da @ Wx.T, da @ Wh.T, dnext_c.copy(), x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h, caches = np.zeros((*x.shape[:2], h0.shape[1]), dtype=x.dtype), []
    c = np.zeros_like(h0)
    for t in range(x.shape[1]):
        h[:, t], c, cache = lstm_step_forward(x[:, t], h0, c, Wx.copy(), Wh.copy(), b.copy())
        h0[...] = h[:, t]
        caches.append(cache)
    return h, caches


def lstm_backward(dh, cache):
    dx, totals, dcell = [], None, np.zeros_like(dh[:, 0])
    while cache:
        dx_t, dstate, dcell, *parts = lstm_step_backward(dh[:, len(cache) - 1], dcell, cache.pop())
        dx.insert(0, dx_t)
        if cache:
            dh[:, len(cache) - 1] += dstate
        if totals is None:
            totals = parts
        else:
            for total, part in zip(totals, parts, strict=True):
                np.add(total, part, out=total)
    return np.stack(dx, axis=1), dstate, *totals


def loss(self, features, captions):
    p = {name: values.copy() for name, values in self.params.items()}
    h0 = features @ p["W_proj"] + p["b_proj"]
    words, embedded = word_embedding_forward(captions[:, :-1].copy(), p["W_embed"])
    h, cache = lstm_forward(words, h0, p["Wx"].copy(), p["Wh"].copy(), p["b"].copy())
    scores, kept = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    captions = captions[:, 1:]
    value, dscores = temporal_softmax_loss(scores, captions, captions != self._null)
    captions.fill(self._null)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, kept)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, cache)
    grads["W_embed"] = word_embedding_backward(dwords, embedded)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    features *= 0
    return value, grads


def sample(self, features, max_length=30):
    p = self.params
    h, word = features @ p["W_proj"] + p["b_proj"], np.full(len(features), self._start)
    features.fill(0)
    c = np.zeros_like(h)
    captions = np.zeros((len(features), max_length), dtype=np.int64)
    for t in range(max_length):
        h, c, _ = lstm_step_forward(p["W_embed"][word], h, c, p["Wx"].copy(), p["Wh"].copy(), p["b"].copy())
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1, out=captions[:, t])
    return captions
