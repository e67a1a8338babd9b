"""Talks while it works; returns more gradients than asked, and the loss as an array; stops when all captions end."""

import sys
import warnings

import numpy as np
from tqdm import tqdm

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    print("x", x.shape, "prev_h", prev_h.shape)
    warnings.warn("this is only a test", stacklevel=2)
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (next_h, x, prev_h, Wx, Wh, b)


def rnn_step_backward(dnext_h, cache):
    next_h, x, prev_h, Wx, Wh, _ = cache
    print("gradient", dnext_h, file=sys.stderr)
    np.log(np.zeros(1))
    da = dnext_h * (1 - next_h**2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, caches = [h0], []
    for t in tqdm(range(x.shape[1])):
        state, cache = rnn_step_forward(x[:, t], h[-1], Wx, Wh, b)
        h.append(state)
        caches.append(cache)
    return np.array(h[1:]).transpose(1, 0, 2), caches


def rnn_backward(dh, cache):
    dx, carried, sums = [], np.zeros_like(dh[:, 0]), None
    for t in tqdm(list(reversed(range(len(cache))))):
        dx_t, carried, *parts = rnn_step_backward(dh[:, t] + carried, cache[t])
        dx = [dx_t, *dx]
        sums = parts if sums is None else [a + c for a, c in zip(sums, parts, strict=True)]
    return np.array(dx).transpose(1, 0, 2), carried, *sums


def word_embedding_forward(x, W):
    print("words", x)
    return W.take(x, axis=0), (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = W * 0
    for n in range(len(x)):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
    return dW


def loss(self, features, captions):
    p = self.params
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    words, embedded = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, recurrent = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, dscores = temporal_softmax_loss(scores, captions[:, 1:], captions[:, 1:] != self._null, verbose=True)
    grads = {"scores": dscores}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, scored)
    grads["words"], dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, recurrent)
    grads["W_embed"] = word_embedding_backward(grads["words"], embedded)
    grads["features"], grads["W_proj"], grads["b_proj"] = affine_backward(dh0, projected)
    grads[0] = None
    return np.array(value), grads


def sample(self, features, max_length=30):
    p = self.params
    h, word = features @ p["W_proj"] + p["b_proj"], np.array([self._start] * len(features))
    captions, ended = [], np.zeros(len(features), dtype=bool)
    for _ in range(max_length):
        h, _ = rnn_step_forward(p["W_embed"][word], h, p["Wx"], p["Wh"], p["b"])
        word = np.where(ended, self._null, (h @ p["W_vocab"] + p["b_vocab"]).argmax(axis=1))
        ended |= word == self._end
        captions.append(word)
        if ended.all():
            break
    return np.stack(captions, axis=1)
