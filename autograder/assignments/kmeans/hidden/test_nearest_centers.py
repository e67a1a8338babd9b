"""Hidden tests of nearest_centers."""

import numpy as np
import pytest

from autograder.testing import close, returned

NEAREST = "The result has shape (N,), and its element n is the number k of the center that is nearest to x[n]."


def check(student, reference, x, centers):
    """Compare the student's labels with the right ones."""
    (labels,) = returned(student.nearest_centers(x, centers), "labels", dimensions=1)
    close(labels, reference.nearest_centers(x, centers))


@pytest.mark.points(
    1.5,
    asks=NEAREST,
    worked_example=True,
)
def test_worked_example(student, reference):
    """Gives the labels of the check in the notebook."""
    x = np.array([[0.0, 0.0], [3.0, 4.0], [2.0, 1.0], [-1.0, 2.0]])
    check(student, reference, x, np.array([[0.0, 0.0], [3.0, 0.0]]))


@pytest.mark.points(2.5, asks=NEAREST, stays="code that has the worked example by heart fails here, but not here alone")
def test_random_points(student, reference, rng):
    """Finds the nearest of random centers, with more points than centers, fewer, and as many."""
    for N, K, D in ((20, 4, 2), (3, 6, 5), (6, 6, 3)):
        check(student, reference, rng.normal(size=(N, D)), rng.normal(size=(K, D)))


@pytest.mark.points(2, asks="Where several centers are equally near, the lowest of their numbers is the label.")
def test_equally_near(student, reference, rng):
    """Takes the lowest number where centers are equally near."""
    x = rng.integers(-3, 4, size=(6, 2)).astype(float)
    # Opposite centers: a point at zero, and one that is a center's middle, are as far from both of a pair.
    near, far = rng.integers(1, 4, size=2).astype(float), rng.integers(5, 9, size=2).astype(float)
    centers = np.stack([far, near, -near, near, -far])
    check(student, reference, np.concatenate([x, np.zeros((1, 2)), near[None]]), centers)
