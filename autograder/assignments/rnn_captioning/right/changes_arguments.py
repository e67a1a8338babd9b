"""Works in place, on its arguments: they are spoiled afterwards, the results are right."""

import numpy as np

from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    kept = x.copy(), prev_h.copy(), Wx.copy(), Wh.copy()
    next_h = x @ Wx
    prev_h[...] = prev_h @ Wh
    next_h += prev_h
    next_h += b
    np.tanh(next_h, out=next_h)
    for argument in (x, Wx, Wh, b):
        argument.fill(0)
    return next_h, (*kept, next_h.copy())


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    next_h *= next_h
    np.subtract(1, next_h, out=next_h)
    dnext_h *= next_h
    return dnext_h @ Wx.T, dnext_h @ Wh.T, x.T @ dnext_h, prev_h.T @ dnext_h, dnext_h.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = np.zeros((*x.shape[:2], h0.shape[1]), dtype=x.dtype), []
    for t in range(x.shape[1]):
        h[:, t], cache = rnn_step_forward(x[:, t], h0, Wx.copy(), Wh.copy(), b.copy())
        h0[...] = h[:, t]
        caches.append(cache)
    return h, caches


def rnn_backward(dh, cache):
    dx, totals = [], None
    while cache:
        dx_t, dstate, *parts = rnn_step_backward(dh[:, len(cache) - 1], cache.pop())
        dx.insert(0, dx_t)
        if cache:
            dh[:, len(cache) - 1] += dstate
        if totals is None:
            totals = parts
        else:
            for total, part in zip(totals, parts, strict=True):
                np.add(total, part, out=total)
    return np.stack(dx, axis=1), dstate, *totals


def word_embedding_forward(x, W):
    out, cache = W[x], [x.copy(), W]
    x -= 1
    W.fill(np.nan)
    return out, cache


def word_embedding_backward(dout, cache):
    x, dW = cache
    dW.fill(0)
    np.add.at(dW, x, dout)
    dout.fill(0)
    return dW


def loss(self, features, captions):
    p = {name: values.copy() for name, values in self.params.items()}
    h0 = features @ p["W_proj"] + p["b_proj"]
    words, embedded = word_embedding_forward(captions[:, :-1].copy(), p["W_embed"].copy())
    h, cache = rnn_forward(words, h0, p["Wx"].copy(), p["Wh"].copy(), p["b"].copy())
    scores, kept = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    captions = captions[:, 1:]
    value, dscores = temporal_softmax_loss(scores, captions, captions != self._null)
    captions.fill(self._null)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, kept)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache)
    grads["W_embed"] = word_embedding_backward(dwords, embedded)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    features *= 0
    return value, grads


def sample(self, features, max_length=30):
    p = self.params
    h, word = features @ p["W_proj"] + p["b_proj"], np.full(len(features), self._start)
    features.fill(0)
    captions = np.zeros((len(features), max_length), dtype=np.int64)
    for t in range(max_length):
        h = np.tanh(p["W_embed"][word] @ p["Wx"] + h @ p["Wh"] + p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1, out=captions[:, t])
    return captions
