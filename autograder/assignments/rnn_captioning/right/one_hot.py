"""Words as one-hot rows; sums by bincount and by matrix products; lambdas for the small functions."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss

activate = lambda x, h, Wx, Wh, b: np.tanh(np.hstack([x, h]) @ np.vstack([Wx, Wh]) + b)
rnn_step_forward = lambda x, prev_h, Wx, Wh, b: (
    (h := activate(x, prev_h, Wx, Wh, b)),
    lambda dh: back(dh * (1 + h) * (1 - h), x, prev_h, Wx, Wh),
)
rnn_step_backward = lambda dnext_h, cache: cache(dnext_h)
back = lambda da, x, h, Wx, Wh: (da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, np.ones(len(da)) @ da)
word_embedding_forward = lambda x, W: (np.eye(len(W))[x] @ W, (x, len(W)))


def word_embedding_backward(dout, cache):
    x, V = cache
    rows = dout.reshape(x.size, -1)
    return np.stack([np.bincount(x.ravel(), weights=column, minlength=V) for column in rows.T], axis=1)


def rnn_forward(x, h0, Wx, Wh, b):
    def states():
        h = h0
        for t in range(x.shape[1]):
            h = activate(x[:, t], h, Wx, Wh, b)
            yield h

    h = np.dstack(list(states())).transpose(0, 2, 1)
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    before = np.concatenate([h0[:, np.newaxis], h[:, :-1]], axis=1)
    dx, dWx, dWh, db, carried = np.empty_like(x), 0, 0, 0, 0
    for t in range(x.shape[1] - 1, -1, -1):
        da = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
        dx[:, t], carried, *parts = back(da, x[:, t], before[:, t], Wx, Wh)
        dWx, dWh, db = dWx + parts[0], dWh + parts[1], db + parts[2]
    return dx, carried, dWx, dWh, db


def loss(self, features, captions):
    p = self.params
    h0, c0 = affine_forward(features, p["W_proj"], p["b_proj"])
    words, c1 = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, c2 = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, c3 = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, d = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self._null)
    d, dW_vocab, db_vocab = temporal_affine_backward(d, c3)
    d, dh0, *cell = rnn_backward(d, c2)
    _, dW_proj, db_proj = affine_backward(dh0, c0)
    names = ["W_embed", "W_proj", "b_proj", "Wx", "Wh", "b", "W_vocab", "b_vocab"]
    gradients = [word_embedding_backward(d, c1), dW_proj, db_proj, *cell, dW_vocab, db_vocab]
    return value, dict(zip(names, gradients, strict=True))


def sample(self, features, max_length=30):
    p, V = self.params, len(self.params["b_vocab"])
    h, one_hot, out = features @ p["W_proj"] + p["b_proj"], np.tile(np.eye(V)[self._start], (len(features), 1)), []
    for _ in range(max_length):
        h = activate(one_hot @ p["W_embed"], h, p["Wx"], p["Wh"], p["b"])
        scores = h @ p["W_vocab"] + p["b_vocab"]
        one_hot = (scores == scores.max(axis=1, keepdims=True)).astype(float)
        out.append(one_hot @ np.arange(V))
    return np.column_stack(out).astype(int)
