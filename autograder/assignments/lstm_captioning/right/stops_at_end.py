"""Stops when every caption has ended, prints on the way, and returns more values than asked inside."""

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
    H = b.shape[0] // 4
    a = np.einsum("nd,dg->ng", x, Wx) + np.einsum("nh,hg->ng", prev_h, Wh) + b[np.newaxis]
    gates = np.empty_like(a)
    gates[:, : 3 * H] = sigmoid(a[:, : 3 * H])
    gates[:, 3 * H :] = np.tanh(a[:, 3 * H :])
    next_c = np.einsum("nh,nh->nh", gates[:, H : 2 * H], prev_c) + gates[:, :H] * gates[:, 3 * H :]
    return gates[:, 2 * H : 3 * H] * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, gates, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, next_c = cache
    i, f, o, g = np.split(gates, 4, axis=1)
    shown = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - shown**2)
    upstream = np.concatenate([dc * g, dc * prev_c, dnext_h * shown, dc * i], axis=1)
    slope = gates * (1 - gates)
    slope[:, -g.shape[1] :] = 1 - g**2
    da = upstream * slope
    dWx, dWh = np.einsum("nd,ng->dg", x, da), np.einsum("nh,ng->hg", prev_h, da)
    return np.einsum("ng,dg->nd", da, Wx), np.einsum("ng,hg->nh", da, Wh), dc * f, dWx, dWh, np.einsum("ng->g", da)


def lstm_forward(x, h0, Wx, Wh, b):
    print("reading", x.shape[1], "steps")
    h, c, states, caches = h0, np.zeros_like(h0), [], []
    t = 0
    while t < x.shape[1]:
        h, c, cache = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        states += [h]
        caches += [cache]
        t += 1
    return np.array(states).swapaxes(0, 1), (caches, x.shape)


def lstm_backward(dh, cache):
    caches, shape = cache
    dx, dh0, dc, totals = np.zeros(shape), 0, 0, None
    for t, one in reversed(list(enumerate(caches))):
        dx[:, t], dh0, dc, *parts = lstm_step_backward(dh[:, t] + dh0, dc, one)
        totals = parts if totals is None else [a + c for a, c in zip(totals, parts, strict=True)]
    return dx, dh0, *totals


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
    h, c = features @ p["W_proj"] + p["b_proj"], 0
    ended = np.zeros(len(features), dtype=bool)
    while len(words) < max_length and not ended.all():
        h, c, _ = lstm_step_forward(p["W_embed"][word], h, c + np.zeros_like(h), p["Wx"], p["Wh"], p["b"])
        word = np.where(ended, self._null, (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=1))
        ended |= word == self._end
        words.append(word)
    return np.array(words).T
