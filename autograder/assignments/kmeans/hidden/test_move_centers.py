"""Hidden tests of move_centers."""

import numpy as np
import pytest

from autograder.testing import close, returned

MEANS = "Row k of the result is the mean of the points whose label is k."
STAYS = "A center that has no points stays where it is."


def check(student, reference, x, labels, centers):
    """Compare the student's centers with the right ones."""
    (moved,) = returned(student.move_centers(x, labels, centers), "centers", dimensions=2)
    close(moved, reference.move_centers(x, labels, centers))


@pytest.mark.points(
    2,
    asks=MEANS,
    worked_example=True,
)
def test_worked_example(student, reference):
    """Gives the centers of the check in the notebook."""
    x = np.array([[0.0, 0.0], [3.0, 4.0], [2.0, 1.0], [-1.0, 2.0]])
    # Without the center that has no points: that is asked below, and a mistake costs once.
    check(student, reference, x, np.array([0, 1, 1, 0]), np.array([[0.0, 0.0], [3.0, 0.0]]))


@pytest.mark.points(2.5, asks=MEANS, stays="code that has the worked example by heart fails here, but not here alone")
def test_means(student, reference, rng):
    """Moves each center to the mean of its points, whatever points these are."""
    for N, K, D in ((12, 3, 2), (9, 4, 3), (5, 1, 1)):
        # Labels at random, and each of them at least once.
        labels = rng.permutation(np.concatenate([np.arange(K), rng.integers(K, size=N - K)]))
        check(student, reference, rng.normal(size=(N, D)), labels, rng.normal(size=(K, D)))


@pytest.mark.points(2.5, asks=STAYS)
def test_without_points(student, reference, rng):
    """Leaves a center without points where it is, the last and one between others."""
    labels = rng.permutation([0, 0, 2, 2, 2, 3])
    check(student, reference, rng.normal(size=(6, 2)), labels, rng.normal(size=(5, 2)))


@pytest.mark.points(1, asks="The centers may be integers; the means must not be cut to integers.")
def test_integer_centers(student, reference, rng):
    """Is right where the centers are integers."""
    labels = rng.permutation([0, 0, 1, 1, 1])
    check(student, reference, rng.normal(size=(5, 2)), labels, rng.integers(-9, 9, size=(2, 2)))
