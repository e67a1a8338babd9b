"""Weights cut into four matrices; the step is written out in the sequence's functions, too."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import (
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def cut(weights):
    return np.split(weights, 4, axis=-1)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = [x @ one + prev_h @ other + bias for one, other, bias in zip(cut(Wx), cut(Wh), cut(b), strict=True)]
    i, f, o = (0.5 + 0.5 * np.tanh(0.5 * block) for block in a[:3])
    g = np.tanh(a[3])
    next_c = prev_c * f + g * i
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, (i, f, o, g), next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, (i, f, o, g), next_c = cache
    dc = dnext_c + dnext_h * o / np.cosh(next_c) ** 2
    slopes = [i - i**2, f - f**2, o - o**2, 1 - g**2]
    blocks = [dc * g, dc * prev_c, dnext_h * np.tanh(next_c), dc * i]
    blocks = [block * slope for block, slope in zip(blocks, slopes, strict=True)]
    dx = sum(block @ one.T for block, one in zip(blocks, cut(Wx), strict=True))
    dprev_h = sum(block @ one.T for block, one in zip(blocks, cut(Wh), strict=True))
    dWx = np.hstack([x.T @ block for block in blocks])
    dWh = np.hstack([prev_h.T @ block for block in blocks])
    return dx, dprev_h, f * dc, dWx, dWh, np.hstack([block.sum(axis=0) for block in blocks])


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, caches, states = h0, np.zeros_like(h0), [], []
    for x_t in np.moveaxis(x, 1, 0):
        a = x_t @ Wx + h @ Wh + b
        i, f, o = (0.5 + 0.5 * np.tanh(0.5 * block) for block in cut(a)[:3])
        g = np.tanh(cut(a)[3])
        new_c = f * c + i * g
        caches.append((x_t, h, c, Wx, Wh, (i, f, o, g), new_c))
        h, c = o * np.tanh(new_c), new_c
        states.append(h)
    return np.moveaxis(np.array(states), 0, 1), caches


def lstm_backward(dh, cache):
    totals = [0, 0, 0]
    carried, memory, dx = 0, 0, []
    for d, one in zip(np.moveaxis(dh, 1, 0)[::-1], cache[::-1], strict=True):
        dx_t, carried, memory, *parts = lstm_step_backward(d + carried, memory, one)
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
        dx.append(dx_t)
    return np.stack(dx[::-1], axis=1), carried, *totals


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
    p, word, words = self.params, np.full(len(features), self._start), []
    h = features @ p["W_proj"] + p["b_proj"]
    c = np.zeros_like(h)
    for _ in range(max_length):
        h, c, _ = lstm_step_forward(p["W_embed"][word], h, c, p["Wx"], p["Wh"], p["b"])
        word = np.argmax(h @ p["W_vocab"] + p["b_vocab"], axis=1)
        words.append(word)
    return np.stack(words, axis=1)
