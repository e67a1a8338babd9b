"""Hidden tests of word_embedding_backward."""

import numpy as np
import pytest

from autograder.testing import Basis, Layer, array, fail, rest_on

V, D = 8, 4


def gradient_of(student, reference, rng, x):
    """Return the gradient of the student's embedding.

    When the student's look-up is wrong, a gradient that fits what it computes is right as well.
    """
    layer = Layer(student, reference, "word_embedding_forward", "word_embedding_backward", {"dW": 1}, dimensions=2)
    return layer.at([x, rng.normal(size=(V, D))], rng.normal(size=(*x.shape, D)))


# Which tests hold the first and the last word of the vocabulary is fixed: some mistakes touch only these rows.
@pytest.mark.points(
    2,
    asks="The row of a word that occurs once holds the gradient of that word.",
    stays="the commonest mistake, repeated words that are lost, passes here: its right part keeps these points",
)
def test_words_that_occur_once(student, reference, rng):
    """Is right when no word occurs twice."""
    x = rng.permutation([V - 1, *rng.permutation(np.arange(1, V - 1))[:5]]).reshape(2, 3)
    gradient_of(student, reference, rng, x).check("dW")


@pytest.mark.points(
    4, asks="The row of a word that occurs several times holds the sum of the gradients of all its occurrences."
)
def test_words_that_occur_several_times(student, reference, rng):
    """Adds up the gradients of a word that occurs several times."""
    words = [0, V - 1, *rng.permutation(np.arange(1, V - 1))[:2]]
    gradient_of(student, reference, rng, repeated(rng, words)).check("dW")


def repeated(rng, words):
    """Return captions (3, 4) with each of four words three times, some twice in a caption and some twice in a step.

    A loop over one of the axes, which loses the words that are repeated along the other, is then always seen.
    """
    while True:
        x = rng.permutation(np.repeat(words, 3)).reshape(3, 4)
        if all(any(len(set(line)) < len(line) for line in lines.tolist()) for lines in (x, x.T)):
            return x


@pytest.mark.points(2, asks="The rows of words that do not occur are zero.", gate=True)
def test_absent_words(student, reference, rng):
    """Has the shape of W, with zeros for words that do not occur."""
    words = rng.permutation(np.arange(1, V - 1))
    gradient = gradient_of(student, reference, rng, words[:3].reshape(1, 3))
    nonzero = rows_with_values(array(gradient.answers["dW"], (V, D)))
    if nonzero <= set(words[:3].tolist()):
        return
    # When the look-up is wrong, the rows that it reads may stand in for those of the words.
    if any(nonzero <= rows_with_values(other) for other in gradient.made_right("dW")):
        rest_on(Basis.FOLLOW_THROUGH, gradient.layer.forward)
        return
    fail("dW has rows that are not zero for words that do not occur")


def rows_with_values(dW):
    """Return the rows that are not zero."""
    return {int(row) for row in np.flatnonzero(dW.any(axis=1))}
