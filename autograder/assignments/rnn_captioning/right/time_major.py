"""Time is the first axis of all arrays inside; many small helpers; results in the precision of what came in."""

from functools import partial, reduce

import numpy as np

from cs231n.layers import affine_backward, affine_forward
from cs231n.rnn_layers import temporal_affine_backward, temporal_affine_forward, temporal_softmax_loss

RECURRENT = ("Wx", "Wh", "b")


def swap(array):
    return np.ascontiguousarray(np.moveaxis(array, 0, 1))


def affine(rows, matrix, offset=0):
    return np.matmul(rows, matrix) + offset


def slope(activated):
    return np.multiply(1 + activated, 1 - activated, dtype=activated.dtype)


def chain(upstream, activated, weights):
    at_sum = upstream * slope(activated)
    return (at_sum, *(np.matmul(at_sum, weight.T) for weight in weights))


def outer_sum(left, right):
    return np.tensordot(left, right, axes=(list(range(left.ndim - 1)), list(range(right.ndim - 1))))


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(affine(x, Wx, b) + affine(prev_h, Wh))
    return next_h, dict(zip(("weights", "before", "after"), ((Wx, Wh), (x, prev_h), next_h), strict=True))


def rnn_step_backward(dnext_h, cache):
    at_sum, dx, dprev_h = chain(dnext_h, cache["after"], cache["weights"])
    x, prev_h = cache["before"]
    return dx, dprev_h, outer_sum(x, at_sum), outer_sum(prev_h, at_sum), np.add.reduce(at_sum)


def rnn_forward(x, h0, Wx, Wh, b):
    inputs = swap(x)
    T = len(inputs)
    states = np.zeros((T + 1, *h0.shape), dtype=np.result_type(x, h0))
    states[0] = h0
    for t in range(T):
        states[t + 1], _ = rnn_step_forward(inputs[t], states[t], Wx, Wh, b)
    return swap(states[1:]), {"inputs": inputs, "states": states, "weights": (Wx, Wh)}


def rnn_backward(dh, cache):
    inputs, states, weights = cache["inputs"], cache["states"], cache["weights"]
    upstream, at_sums, dx = swap(dh), [], []
    back = np.zeros_like(states[0])
    for outside, after in zip(upstream[::-1], states[:0:-1], strict=True):
        at_sum, dx_t, back = chain(outside + back, after, weights)
        at_sums.insert(0, at_sum)
        dx.insert(0, dx_t)
    at_sums = np.array(at_sums)
    return swap(np.array(dx)), back, outer_sum(inputs, at_sums), outer_sum(states[:-1], at_sums), at_sums.sum((0, 1))


def word_embedding_forward(x, W):
    rows = (W[words] for words in x.T)
    return np.stack(tuple(rows), axis=1), (x.T, partial(np.zeros, W.shape))


def word_embedding_backward(dout, cache):
    words, empty = cache

    def added(dW, place):
        dW[words[place]] += dout[place[::-1]]
        return dW

    return reduce(added, np.ndindex(words.shape), empty(dtype=dout.dtype))


def layers(self, features, read):
    p = self.params
    h0, projected = affine_forward(features, p["W_proj"], p["b_proj"])
    vectors, embedded = word_embedding_forward(read, p["W_embed"])
    h, recurrent = rnn_forward(vectors, h0, *(p[name] for name in RECURRENT))
    scores, scored = temporal_affine_forward(h, p["W_vocab"], p["b_vocab"])
    return scores, (projected, embedded, recurrent, scored)


def back_through(dscores, caches):
    projected, embedded, recurrent, scored = caches
    dh, dW_vocab, db_vocab = temporal_affine_backward(dscores, scored)
    dvectors, dh0, *shared = rnn_backward(dh, recurrent)
    _, dW_proj, db_proj = affine_backward(dh0, projected)
    return dict(
        zip(RECURRENT, shared, strict=True),
        W_vocab=dW_vocab, b_vocab=db_vocab, W_proj=dW_proj, b_proj=db_proj,
        W_embed=word_embedding_backward(dvectors, embedded),
    )  # fmt: skip


def loss(self, features, captions):
    read, predicted = (captions[:, start : captions.shape[1] - 1 + start] for start in (0, 1))
    scores, caches = layers(self, features, read)
    value, dscores = temporal_softmax_loss(scores, predicted, np.not_equal(predicted, self._null))
    return value, back_through(dscores, caches)


def words_of(self, state, word):
    p = self.params
    while True:
        state, _ = rnn_step_forward(p["W_embed"][word], state, *(p[name] for name in RECURRENT))
        word = np.argmax(affine(state, p["W_vocab"], p["b_vocab"]), axis=1)
        yield word


def sample(self, features, max_length=30):
    state = affine(features, self.params["W_proj"], self.params["b_proj"])
    words = words_of(self, state, np.full(features.shape[:1], self._start))
    written = np.zeros((max_length, len(features)), dtype=np.int32)
    for place in range(max_length):
        written[place] = next(words)
    return written.T
