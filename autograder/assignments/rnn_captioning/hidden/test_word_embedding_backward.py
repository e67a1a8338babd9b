"""Hidden tests of word_embedding_backward."""

import contextlib

import numpy as np
import pytest

from autograder.assignments.rnn_captioning.examples import forward, numerical_gradient
from autograder.expect import CheckFailed, array, close_to_any, fail, is_close, returned
from autograder.student import StudentError, apart

V, D = 8, 4


def run(student, rng, x):
    """Return the answer dW, the right dW, and what else is right when the student's look-up is wrong."""
    W, dout = rng.normal(size=(V, D)), rng.normal(size=(*x.shape, D))
    output, cache = forward(student.word_embedding_forward, [x, W])
    (dW,) = returned(student.word_embedding_backward(dout, cache.remote()), "dW", dimensions=2)
    right = np.zeros((V, D))
    np.add.at(right, x, dout)
    others = [lambda: numerical_gradient(apart(student).word_embedding_forward, [x, W], 1, dout)]
    return dW, right, [] if is_close(output, W[x]) else others


# Which tests hold the first and the last word of the vocabulary is fixed: some mistakes touch only these rows.
@pytest.mark.points(
    2,
    asks="The row of a word that occurs once holds the gradient of that word.",
    stays="the commonest mistake, repeated words that are lost, passes here: its right part keeps these points",
)
def test_words_that_occur_once(student, rng):
    """Is right when no word occurs twice."""
    x = rng.permutation([V - 1, *rng.permutation(np.arange(1, V - 1))[:5]]).reshape(2, 3)
    dW, right, others = run(student, rng, x)
    close_to_any(dW, right, *others)


@pytest.mark.points(
    4, asks="The row of a word that occurs several times holds the sum of the gradients of all its occurrences."
)
def test_words_that_occur_several_times(student, rng):
    """Adds up the gradients of a word that occurs several times."""
    words = [0, V - 1, *rng.permutation(np.arange(1, V - 1))[:2]]
    dW, right, others = run(student, rng, repeated(rng, words))
    close_to_any(dW, right, *others)


def repeated(rng, words):
    """Return captions (3, 4) with each of four words three times, some twice in a caption and some twice in a step.

    A loop over one of the axes, which loses the words that are repeated along the other, is then always seen.
    """
    while True:
        x = rng.permutation(np.repeat(words, 3)).reshape(3, 4)
        if all(any(len(set(line)) < len(line) for line in lines.tolist()) for lines in (x, x.T)):
            return x


@pytest.mark.points(2, asks="The rows of words that do not occur are zero.", gate=True)
def test_absent_words(student, rng):
    """Has the shape of W, with zeros for words that do not occur."""
    words = rng.permutation(np.arange(1, V - 1))
    dW, _, others = run(student, rng, words[:3].reshape(1, 3))
    nonzero = rows_with_values(array(dW, (V, D)))
    if nonzero <= set(words[:3].tolist()):
        return
    for other in others:  # when the look-up is wrong, the rows that it reads may stand in for those of the words
        with contextlib.suppress(CheckFailed, StudentError):
            if nonzero <= rows_with_values(other()):
                return
    fail("dW has rows that are not zero for words that do not occur")


def rows_with_values(dW):
    """Return the rows that are not zero."""
    return {int(row) for row in np.flatnonzero(dW.any(axis=1))}
