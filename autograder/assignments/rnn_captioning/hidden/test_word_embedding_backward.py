"""Hidden tests of word_embedding_backward."""

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import forward, numerical_gradient
from autograder.expect import array, close_to_any, fail, is_close, returned

V, D = 8, 4


def run(student, rng, x):
    """Return the answer dW, the right dW, and what else is right when the student's look-up is wrong."""
    W, dout = rng.normal(size=(V, D)), rng.normal(size=(*x.shape, D))
    output, cache = forward(student.word_embedding_forward, [x, W])
    (dW,) = returned(student.word_embedding_backward(dout, cache.remote()), "dW")
    right = np.zeros((V, D))
    np.add.at(right, x, dout)
    others = [lambda: numerical_gradient(student.word_embedding_forward, [x, W], 1, dout)]
    return dW, right, [] if is_close(output, W[x]) else others


@pytest.mark.points(2, asks="The row of a word that occurs once holds the gradient of that word.")
def test_words_that_occur_once(student, rng):
    """Is right when no word occurs twice."""
    dW, right, others = run(student, rng, rng.permutation(V)[:6].reshape(2, 3))
    close_to_any(dW, right, *others)


@pytest.mark.points(
    4, asks="The row of a word that occurs several times holds the sum of the gradients of all its occurrences."
)
def test_words_that_occur_several_times(student, rng):
    """Adds up the gradients of a word that occurs several times."""
    x = rng.permutation(np.repeat(rng.permutation(V)[:4], 3)).reshape(3, 4)
    dW, right, others = run(student, rng, x)
    close_to_any(dW, right, *others)


@pytest.mark.points(2, asks="The rows of words that do not occur are zero.", gate=True)
def test_absent_words(student, rng):
    """Has the shape of W, with zeros for words that do not occur."""
    words = rng.permutation(V)
    present, absent = words[:3], words[3:]
    dW, _, others = run(student, rng, present.reshape(1, 3))
    values = array(dW, (V, D))
    zero = {int(row) for row in range(V) if not values[row].any()}
    # When the look-up is wrong, which words count as absent follows from it.
    unread = np.flatnonzero(~others[0]().any(axis=1)) if others else absent
    if not {int(row) for row in unread} <= zero:
        fail("dW has rows that are not zero for words that do not occur")
