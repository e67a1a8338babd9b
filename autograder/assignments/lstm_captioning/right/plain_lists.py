"""Loops and lists of numbers in place of arrays, as far as that goes."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import (
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def one_sigmoid(z):
    return 1 / (1 + np.exp(-z)) if z > -700 else 0.0


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = len(prev_h), len(prev_h[0])
    next_h, next_c, gates = [], [], []
    for n in range(N):
        a = [float(b[k] + x[n] @ Wx[:, k] + prev_h[n] @ Wh[:, k]) for k in range(4 * H)]
        i, f, o = ([one_sigmoid(z) for z in a[k * H : (k + 1) * H]] for k in range(3))
        g = [float(np.tanh(z)) for z in a[3 * H :]]
        c = [f[j] * float(prev_c[n][j]) + i[j] * g[j] for j in range(H)]
        next_c.append(c)
        next_h.append([o[j] * float(np.tanh(c[j])) for j in range(H)])
        gates.append((i, f, o, g))
    return next_h, next_c, [x, prev_h, prev_c, Wx, Wh, gates, next_c]


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, next_c = cache
    N, H = len(next_c), len(next_c[0])
    da, dprev_c = [], []
    for n in range(N):
        i, f, o, g = gates[n]
        blocks, row = [[], [], [], []], []
        for j in range(H):
            t = np.tanh(next_c[n][j])
            dc = dnext_c[n][j] + dnext_h[n][j] * o[j] * (1 - t * t)
            blocks[0].append(dc * g[j] * i[j] * (1 - i[j]))
            blocks[1].append(dc * prev_c[n][j] * f[j] * (1 - f[j]))
            blocks[2].append(dnext_h[n][j] * t * o[j] * (1 - o[j]))
            blocks[3].append(dc * i[j] * (1 - g[j] ** 2))
            row.append(dc * f[j])
        da.append([*blocks[0], *blocks[1], *blocks[2], *blocks[3]])
        dprev_c.append(row)
    da = np.array(da)
    gradients = (da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, np.array(prev_h).T @ da)
    return [*(np.array(one).tolist() for one in gradients), [float(sum(column)) for column in da.T]]


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, steps, caches = h0, np.zeros(h0.shape), [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], np.array(h), np.array(c), Wx, Wh, b)
        steps.append(h)
        caches.append(cache)
    return [[steps[t][n] for t in range(len(steps))] for n in range(len(h0))], caches


def lstm_backward(dh, cache):
    dh, dx, totals = np.array(dh), [], [0, 0, 0]
    back, back_c = np.zeros(dh[:, 0].shape), np.zeros(dh[:, 0].shape)
    for t in reversed(range(len(cache))):
        dx_t, back, back_c, *parts = map(np.array, lstm_step_backward(dh[:, t] + back, back_c, cache[t]))
        dx.insert(0, dx_t)
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
    return [np.stack(dx, axis=1).tolist(), back.tolist(), *(total.tolist() for total in totals)]


def loss(self, features, captions):
    p, read, asked = self.params, captions[:, :-1], captions[:, 1:]
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(read, p["W_embed"])
    h, recurrent = lstm_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(np.array(h), p["W_vocab"], p["b_vocab"])
    value, d = temporal_softmax_loss(scores, asked, asked != self._null)
    d, dW_vocab, db_vocab = temporal_affine_backward(d, scored)
    d, dh0, dWx, dWh, db = map(np.array, lstm_backward(d, recurrent))
    _, dW_proj, db_proj = affine_backward(dh0, projected)
    found = {"W_vocab": dW_vocab, "b_vocab": db_vocab, "W_proj": dW_proj, "b_proj": db_proj}
    found.update(Wx=dWx, Wh=dWh, b=db)
    return [float(value), {**found, "W_embed": word_embedding_backward(d, embedded)}]


def sample(self, features, max_length=30):
    p, word, words = self.params, [self._start] * len(features), []
    h = features @ p["W_proj"] + p["b_proj"]
    c = np.zeros(h.shape)
    for _ in range(max_length):
        h, c = map(np.array, lstm_step_forward(p["W_embed"][word], h, c, p["Wx"], p["Wh"], p["b"])[:2])
        word = [int(np.argmax(row @ p["W_vocab"] + p["b_vocab"])) for row in h]
        words.append(word)
    return [[step[n] for step in words] for n in range(len(features))]
