"""Layers that are objects: a cache is the object itself, results are named tuples, gradients a defaultdict."""

from collections import defaultdict, namedtuple

import numpy as np

Result = namedtuple("Result", "value cache")
StepGradients = namedtuple("StepGradients", "dx dprev_h dWx dWh db")


class Step:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x, h):
        self.x, self.h = x, h
        self.out = np.tanh(x.dot(self.Wx) + h.dot(self.Wh) + self.b)
        return self.out

    def backward(self, dout):
        da = (1 - self.out**2) * dout
        return StepGradients(da.dot(self.Wx.T), da.dot(self.Wh.T), self.x.T.dot(da), self.h.T.dot(da), da.sum(0))


class Sequence:
    def __init__(self, *weights):
        self.weights, self.steps = weights, []

    def forward(self, x, h):
        for inputs in x.swapaxes(0, 1):
            self.steps.append(Step(*self.weights))
            h = self.steps[-1].forward(inputs, h)
            yield h

    def backward(self, dh):
        carried, dx, totals = 0, [], [0, 0, 0]
        for step, upstream in zip(self.steps[::-1], dh.swapaxes(0, 1)[::-1], strict=True):
            dinput, carried, *parts = step.backward(upstream + carried)
            dx.insert(0, dinput)
            totals = [total + part for total, part in zip(totals, parts, strict=True)]
        return np.stack(dx, axis=1), carried, *totals


class Embedding:
    def __init__(self, words, W):
        self.words, self.shape = words, W.shape
        self.out = np.take(W, words, axis=0)

    def backward(self, dout):
        dW = np.zeros(self.shape, dout.dtype)
        for row, gradient in zip(self.words.ravel(), dout.reshape(-1, self.shape[1]), strict=True):
            dW[row] += gradient
        return dW


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    step = Step(Wx, Wh, b)
    return Result(step.forward(x, prev_h), step)


def rnn_step_backward(dnext_h, cache):
    return cache.backward(dnext_h)


def rnn_forward(x, h0, Wx, Wh, b):
    sequence = Sequence(Wx, Wh, b)
    return Result(np.stack(list(sequence.forward(x, h0)), axis=1), sequence)


def rnn_backward(dh, cache):
    return cache.backward(dh)


def word_embedding_forward(x, W):
    layer = Embedding(x, W)
    return Result(layer.out, layer)


def word_embedding_backward(dout, cache):
    return cache.backward(dout)


def loss(self, features, captions):
    p, N = self.params, len(features)
    embedding, sequence = Embedding(captions[:, :-1], p["W_embed"]), Sequence(p["Wx"], p["Wh"], p["b"])
    h0 = features @ p["W_proj"] + p["b_proj"]
    h = np.stack(list(sequence.forward(embedding.out, h0)), axis=1)
    scores = h @ p["W_vocab"] + p["b_vocab"]
    odds = np.exp(scores - scores.max(-1, keepdims=True))
    odds /= odds.sum(-1, keepdims=True)
    counted, steps = np.nonzero(captions[:, 1:] != self._null)
    targets = captions[counted, steps + 1]
    value = -np.log(odds[counted, steps, targets]).sum() / N
    dscores = np.zeros_like(scores)
    dscores[counted, steps] = odds[counted, steps]
    dscores[counted, steps, targets] -= 1
    dscores /= N
    grads = defaultdict(float)
    grads["W_vocab"] += np.tensordot(h, dscores, axes=([0, 1], [0, 1]))
    grads["b_vocab"] += dscores.sum((0, 1))
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = sequence.backward(dscores @ p["W_vocab"].T)
    grads["W_embed"] += embedding.backward(dwords)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(0)
    return value, grads


def sample(self, features, max_length=30):
    p = self.params
    step, h = Step(p["Wx"], p["Wh"], p["b"]), features @ p["W_proj"] + p["b_proj"]
    words = [np.full(len(features), self._start)]
    while len(words) <= max_length:
        h = step.forward(p["W_embed"][words[-1]], h)
        words.append((h @ p["W_vocab"] + p["b_vocab"]).argmax(-1))
    return np.array(words[1:]).T
