"""One example at a time, everywhere."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import (
    sigmoid,
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    rows = []
    for x_n, h_n, c_n in zip(x, prev_h, prev_c, strict=True):
        a = (x_n @ Wx + h_n @ Wh + b).reshape(4, -1)
        i, f, o = sigmoid(a[:3])
        g = np.tanh(a[3])
        c = f * c_n + i * g
        rows.append((o * np.tanh(c), c, (x_n, h_n, c_n, i, f, o, g, np.tanh(c))))
    hidden, cells, kept = zip(*rows, strict=True)
    return np.array(hidden), np.array(cells), (kept, Wx, Wh)


def lstm_step_backward(dnext_h, dnext_c, cache):
    kept, Wx, Wh = cache
    dWx, dWh, db, rows = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wx.shape[1]), []
    for dh, dc, (x, h, c, i, f, o, g, shown) in zip(dnext_h, dnext_c, kept, strict=True):
        total = dc + dh * o * (1 - shown**2)
        blocks = [total * g * i * (1 - i), total * c * f * (1 - f), dh * shown * o * (1 - o), total * i * (1 - g**2)]
        da = np.concatenate(blocks)
        dWx += np.outer(x, da)
        dWh += np.outer(h, da)
        db += da
        rows.append((Wx @ da, Wh @ da, total * f))
    return *map(np.array, zip(*rows, strict=True)), dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    out, caches = [], []
    for x_n, h_n in zip(x, h0, strict=True):
        h, c, row, kept = h_n[None], np.zeros_like(h_n[None]), [], []
        for x_t in x_n:
            h, c, cache = lstm_step_forward(x_t[None], h, c, Wx, Wh, b)
            row.append(h[0])
            kept.append(cache)
        out.append(row)
        caches.append(kept)
    return np.array(out), caches


def lstm_backward(dh, cache):
    dx, dh0, totals = [], [], [0, 0, 0]
    for dh_n, kept in zip(dh, cache, strict=True):
        back, back_c, row = 0, np.zeros((1, dh.shape[2])), []
        for d, one in zip(dh_n[::-1], kept[::-1], strict=True):
            dx_t, back, back_c, *parts = lstm_step_backward(d[None] + back, back_c, one)
            totals = [total + part for total, part in zip(totals, parts, strict=True)]
            row.append(dx_t[0])
        dx.append(row[::-1])
        dh0.append(back[0])
    return np.array(dx), np.array(dh0), *totals


def loss(self, features, captions):
    p, read, asked = self.params, captions[:, :-1], captions[:, 1:]
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(read, p["W_embed"])
    h, recurrent = lstm_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, d = temporal_softmax_loss(scores, asked, asked != self._null)
    grads = {}
    d, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(d, scored)
    d, dh0, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(d, recurrent)
    grads["W_embed"] = word_embedding_backward(d, embedded)
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, projected)
    return value, grads


def sample(self, features, max_length=30):
    p, captions = self.params, []
    for one in features:
        h, word, words = (one @ p["W_proj"] + p["b_proj"])[None], self._start, []
        c = np.zeros_like(h)
        while len(words) < max_length:
            h, c, _ = lstm_step_forward(p["W_embed"][[word]], h, c, p["Wx"], p["Wh"], p["b"])
            word = int(np.argmax(h[0] @ p["W_vocab"] + p["b_vocab"]))
            words.append(word)
        captions.append(words)
    return np.squeeze(np.array(captions))
