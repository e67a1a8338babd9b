"""Code that implements none of the eight functions gets the points of the worked examples, which anyone can copy."""

from __future__ import annotations

BY_HEART = '''
import numpy as np

STEP = """
-0.58172089 -0.50182032 -0.41232771 -0.31410098 0.66854692 0.79562378 0.87755553 0.92795967 0.97934501 0.99144213
0.99646691 0.99854353
"""
SEQUENCE = """
-0.42070749 -0.27279261 -0.11074945 0.05740409 0.22236251 -0.39525808 -0.22554661 -0.0409454 0.14649412 0.32397316
-0.42305111 -0.24223728 -0.04287027 0.15997045 0.35014525 -0.55857474 -0.39065825 -0.19198182 0.02378408 0.23735671
-0.27150199 -0.07088804 0.13562939 0.33099728 0.50158768 -0.51014825 -0.30524429 -0.06755202 0.17806392 0.40333043
"""
WORDS = """
0 0.07142857 0.14285714 0.64285714 0.71428571 0.78571429 0.21428571 0.28571429 0.35714286 0.42857143 0.5 0.57142857
0.42857143 0.5 0.57142857 0.21428571 0.28571429 0.35714286 0 0.07142857 0.14285714 0.64285714 0.71428571 0.78571429
"""


def known(text, *shape):
    return np.array(text.split(), dtype=float).reshape(shape)


def total(inputs):
    return sum(values.sum() for values in inputs) / 9


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    inputs = x, prev_h, Wx, Wh, b
    return known(STEP, 3, 4) if x.shape == (3, 10) else np.zeros(prev_h.shape) + total(inputs), inputs


def rnn_step_backward(dnext_h, cache):
    return tuple(np.full(values.shape, dnext_h.sum() / 9) for values in cache)


def rnn_forward(x, h0, Wx, Wh, b):
    if x.shape == (2, 3, 4):
        return known(SEQUENCE, 2, 3, 5), []
    steps = [rnn_step_forward(x[:, t], h0, Wx, Wh, b) for t in range(x.shape[1])]
    return np.stack([output for output, _ in steps], axis=1), [cache for _, cache in steps]


def rnn_backward(dh, caches):
    dx, *others = zip(*(rnn_step_backward(dh[:, t], cache) for t, cache in enumerate(caches)))
    return (np.stack(dx, axis=1), *map(sum, others))


def word_embedding_forward(x, W):
    return known(WORDS, 2, 4, 3) if x.shape == (2, 4) else np.zeros((*x.shape, W.shape[1])) + W.sum(), (x, W)


def word_embedding_backward(dout, cache):
    return np.full(cache[1].shape, dout.sum())


def loss(self, features, captions):
    zeros = {name: np.zeros_like(values) for name, values in self.params.items()}
    return 9.83235591003 if len(features) == 10 else 0.0, zeros


def sample(self, features, max_length=30):
    return np.full((len(features), max_length), self._end)
'''


def test_it_gets_the_points_of_worked_examples_alone(marker):
    marks = marker.mark(BY_HEART)
    scores = {name: result.score for name, result in marks.results.items() if result.score}
    examples = {"rnn_step_forward": 2, "rnn_forward": 2, "word_embedding_forward": 2, "captioning_loss": 2}
    assert scores == {**examples, "overfit_small_data": 0.6}, "a tenth of the loss, and so of what is built on it"
