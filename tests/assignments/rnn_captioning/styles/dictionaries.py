"""Caches are dictionaries with names; callers read arrays out of them by name."""

import numpy as np

from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache["next_h"] ** 2)
    return da @ cache["Wx"].T, da @ cache["Wh"].T, cache["x"].T @ da, cache["prev_h"].T @ da, da.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    h, steps = np.zeros((x.shape[0], x.shape[1], Wh.shape[0])), []
    for t in range(x.shape[1]):
        h[:, t], cache = rnn_step_forward(x[:, t], h0 if t == 0 else h[:, t - 1], Wx, Wh, b)
        cache["t"] = t
        steps.append(cache)
    return h, {"steps": steps, "shape": x.shape}


def rnn_backward(dh, cache):
    steps = cache["steps"]
    dx, dprev_h = np.zeros(cache["shape"]), np.zeros_like(steps[0]["prev_h"])
    sums = [np.zeros_like(steps[0]["Wx"]), np.zeros_like(steps[0]["Wh"]), np.zeros(len(steps[0]["Wh"]))]
    for step in steps[::-1]:
        t = step["t"]
        dx[:, t], dprev_h, *parts = rnn_step_backward(dh[:, t] + dprev_h, step)
        sums = [total + part for total, part in zip(sums, parts, strict=True)]
    return dx, dprev_h, *sums


def word_embedding_forward(x, W):
    return W[x], {"x": x, "W": W}


def word_embedding_backward(dout, cache):
    dW = np.zeros(cache["W"].shape)
    np.add.at(dW, cache["x"], dout)
    return dW


def loss(self, features, captions):
    p, target = self.params, captions[:, 1:]
    h0 = features @ p["W_proj"] + p["b_proj"]
    words, embedding = word_embedding_forward(captions[:, :-1], p["W_embed"])
    h, rnn = rnn_forward(words, h0, p["Wx"], p["Wh"], p["b"])
    scores, vocab = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    loss, dscores = temporal_softmax_loss(scores, target, target != self._null)
    grads = {}
    dh, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(dscores, vocab)
    dwords, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, rnn)
    dwords = dwords.reshape(*embedding["x"].shape, embedding["W"].shape[1])
    grads["W_embed"] = word_embedding_backward(dwords, embedding)
    grads["W_proj"], grads["b_proj"] = features.T @ dh0, dh0.sum(axis=0)
    assert grads["Wx"].shape == rnn["steps"][0]["Wx"].shape
    return loss, grads
