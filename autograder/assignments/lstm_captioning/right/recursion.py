"""No loop over time: a sequence is its first step and the rest."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import (
    temporal_affine_backward,
    temporal_affine_forward,
    temporal_softmax_loss,
    word_embedding_backward,
    word_embedding_forward,
)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = prev_h @ Wh + x @ Wx + b
    i, f, o, g = (
        np.tanh(block) if place == 3 else 1 / (1 + np.exp(-np.clip(block, -500, 500)))
        for place, block in enumerate(np.split(a, 4, axis=1))
    )
    next_c = i * g + f * prev_c
    return np.tanh(next_c) * o, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    dc = (1 - t**2) * o * dnext_h + dnext_c
    blocks = dc * g * (i - i * i), dc * prev_c * (f - f * f), dnext_h * t * (o - o * o), dc * (i - i * g * g)
    da = np.concatenate(blocks, axis=1)
    return da @ Wx.T, da @ Wh.T, f * dc, (da.T @ x).T, (da.T @ prev_h).T, da.sum(0)


def rest_forward(x, h, c, Wx, Wh, b):
    h, c, cache = lstm_step_forward(x[:, 0], h, c, Wx, Wh, b)
    if x.shape[1] == 1:
        return h[:, None], (cache, None)
    rest, caches = rest_forward(x[:, 1:], h, c, Wx, Wh, b)
    return np.concatenate([h[:, None], rest], axis=1), (cache, caches)


def rest_backward(dh, caches):
    cache, caches = caches
    if caches is None:
        dx, dh0, dc0, *own = lstm_step_backward(dh[:, 0], np.zeros_like(dh[:, 0]), cache)
        return dx[:, None], dh0, dc0, *own
    dx_rest, dfirst, dcell, *rest = rest_backward(dh[:, 1:], caches)
    dx, dh0, dc0, *own = lstm_step_backward(dh[:, 0] + dfirst, dcell, cache)
    totals = [a + c for a, c in zip(own, rest, strict=True)]
    return np.concatenate([dx[:, None], dx_rest], axis=1), dh0, dc0, *totals


def lstm_forward(x, h0, Wx, Wh, b):
    return rest_forward(x, h0, np.zeros_like(h0), Wx, Wh, b)


def lstm_backward(dh, cache):
    dx, dh0, _, *totals = rest_backward(dh, cache)
    return dx, dh0, *totals


def forward_pass(self, features, captions):
    p, caches = self.params, []
    h0, cache = affine_forward(features, p["W_proj"], p["b_proj"])
    caches.append(cache)
    words, cache = word_embedding_forward(captions, p["W_embed"])
    caches.append(cache)
    h, cache = lstm_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    caches.append(cache)
    scores, cache = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    return scores, [*caches, cache]


def loss(self, features, captions):
    scores, (projected, embedded, recurrent, scored) = forward_pass(self, features, captions[:, :-1])
    value, d = temporal_softmax_loss(scores, captions[:, 1:], (captions != self._null)[:, 1:])
    d, dW_vocab, db_vocab = temporal_affine_backward(d, scored)
    d, dh0, dWx, dWh, db = lstm_backward(d, recurrent)
    _, dW_proj, db_proj = affine_backward(dh0, projected)
    outer = {"W_vocab": dW_vocab, "b_vocab": db_vocab, "W_proj": dW_proj, "b_proj": db_proj}
    return value, outer | {"Wx": dWx, "Wh": dWh, "b": db, "W_embed": word_embedding_backward(d, embedded)}


def sample(self, features, max_length=30):
    if max_length == 0:
        return np.empty((len(features), 0), dtype=np.int64)
    before = sample(self, features, max_length - 1)
    read = np.hstack([np.full((len(features), 1), self._start), before])
    scores, _ = forward_pass(self, features, read)
    return np.hstack([before, scores[:, -1:].argmax(axis=2)])
