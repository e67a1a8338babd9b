"""Caches that are dictionaries with integer keys; whole arrays filled step by step; parameters renamed."""

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss


def rnn_step_forward(inp, state, w_in, w_state, bias):
    a = np.dot(inp, w_in) + np.dot(state, w_state) + bias
    out = np.tanh(a)
    return out, {0: inp, 1: state, 2: w_in, 3: w_state, 4: a}


def rnn_step_backward(upstream, stored):
    da = upstream * (1.0 - np.square(np.tanh(stored[4])))
    return (
        np.dot(da, stored[2].T),
        np.dot(da, stored[3].T),
        np.dot(stored[0].T, da),
        np.dot(stored[1].T, da),
        np.sum(da, axis=0),
    )


def rnn_forward(inputs, first, w_in, w_state, bias):
    N, T, _ = inputs.shape
    states, stored = np.zeros((N, T, first.shape[1]), dtype=inputs.dtype), {}
    for t in range(T):
        before = first if t == 0 else states[:, t - 1]
        states[:, t], stored[t] = rnn_step_forward(inputs[:, t], before, w_in, w_state, bias)
    return states, stored


def rnn_backward(upstream, stored):
    N, T, H = upstream.shape
    D = stored[0][0].shape[1]
    dx, dh = np.zeros((N, T, D)), np.zeros((N, H))
    sums = {2: np.zeros((D, H)), 3: np.zeros((H, H)), 4: np.zeros(H)}
    for t in range(T - 1, -1, -1):
        gradients = rnn_step_backward(upstream[:, t, :] + dh, stored[t])
        dx[:, t, :], dh = gradients[:2]
        for place in sums:
            sums[place] += gradients[place]
    return dx, dh, sums[2], sums[3], sums[4]


def word_embedding_forward(words, vectors):
    return vectors[words, :], {0: words, 1: vectors}


def word_embedding_backward(upstream, stored):
    dW = np.zeros_like(stored[1])
    np.add.at(dW, stored[0], upstream)
    return dW


def loss(self, pictures, sentences):
    p = self.params
    target = sentences[:, 1:]
    stored = {}
    h0, stored[0] = affine_forward(pictures, p["W_proj"], p["b_proj"])
    vectors, stored[1] = word_embedding_forward(sentences[:, :-1], p["W_embed"])
    h, stored[2] = rnn_forward(vectors, h0, p["Wx"], p["Wh"], p["b"])
    scores, stored[3] = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    value, upstream = temporal_softmax_loss(scores, target, target != self._null)
    grads = dict.fromkeys(p)
    upstream, grads["W_vocab"], grads["b_vocab"] = temporal_affine_backward(upstream, stored[3])
    dvectors, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(upstream, stored[2])
    grads["W_embed"] = word_embedding_backward(dvectors, stored[1])
    _, grads["W_proj"], grads["b_proj"] = affine_backward(dh0, stored[0])
    return value, grads


def sample(self, pictures, longest=30):
    p = self.params
    written = self._null * np.ones((pictures.shape[0], longest), dtype=np.int32)
    h, _ = affine_forward(pictures, p["W_proj"], p["b_proj"])
    last = self._start * np.ones((pictures.shape[0], 1), dtype=np.int32)
    for t in range(longest):
        vectors, _ = word_embedding_forward(last, p["W_embed"])
        h, _ = rnn_step_forward(vectors[:, 0, :], h, p["Wx"], p["Wh"], p["b"])
        scores, _ = temporal_affine_forward(h[:, None, :], p["W_vocab"], p["b_vocab"])
        last = np.argmax(scores, axis=2)
        written[:, t] = last[:, 0]
    return written
