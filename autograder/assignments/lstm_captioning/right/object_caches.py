"""Caches that are objects, with the gates as attributes; helper functions."""

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


class Step:
    def __init__(self, x, h, c, Wx, Wh, b):
        self.x, self.h, self.c, self.Wx, self.Wh = x, h, c, Wx, Wh
        H = h.shape[1]
        a = x.dot(Wx) + h.dot(Wh) + b
        self.i, self.f, self.o = (sigmoid(a[:, k * H : (k + 1) * H]) for k in range(3))
        self.g = np.tanh(a[:, 3 * H :])
        self.next_c = self.f * self.c + self.i * self.g
        self.shown = np.tanh(self.next_c)

    def back(self, dh, dc):
        dc = dc + dh * self.o * (1 - self.shown * self.shown)
        da = np.hstack(
            [
                gate_back(dc * self.g, self.i),
                gate_back(dc * self.c, self.f),
                gate_back(dh * self.shown, self.o),
                dc * self.i * (1 - self.g * self.g),
            ]
        )
        return da.dot(self.Wx.T), da.dot(self.Wh.T), dc * self.f, self.x.T.dot(da), self.h.T.dot(da), da.sum(0)


def gate_back(upstream, gate):
    return upstream * gate * (1 - gate)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    step = Step(x, prev_h, prev_c, Wx, Wh, b)
    return step.o * step.shown, step.next_c, step


def lstm_step_backward(dnext_h, dnext_c, cache):
    return cache.back(dnext_h, dnext_c)


class Sequence(list):
    """The steps of a sequence."""


def lstm_forward(x, h0, Wx, Wh, b):
    steps, h, c = Sequence(), h0, h0 * 0
    for t in range(x.shape[1]):
        h, c, step = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        steps.append((h, step))
    return np.stack([h for h, _ in steps], axis=1), steps


def lstm_backward(dh, cache):
    found, back, back_c = [], np.zeros(dh.shape[::2]), np.zeros(dh.shape[::2])
    for t in range(len(cache))[::-1]:
        gradients = lstm_step_backward(dh[:, t] + back, back_c, cache[t][1])
        back, back_c = gradients[1:3]
        found.append(gradients)
    dx = np.stack([one[0] for one in found[::-1]], axis=1)
    return dx, back, *(sum(one[k] for one in found) for k in (3, 4, 5))


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
