"""Hidden tests of squared_distances."""

import numpy as np
import pytest

from autograder.testing import close, returned

DISTANCES = "The result has shape (N, K), and its element [n, k] is the sum of the squares of x[n] - centers[k]."


def check(student, x, centers):
    """Compare the student's distances with the right ones."""
    (result,) = returned(student.squared_distances(x, centers), "distances", dimensions=2)
    close(result, [[np.square(point - center).sum() for center in centers] for point in x])


@pytest.mark.points(
    2,
    asks=DISTANCES,
    worked_example=True,
)
def test_worked_example(student):
    """Gives the values of the check in the notebook."""
    check(student, np.array([[0.0, 0.0], [3.0, 4.0], [-1.0, 2.0]]), np.array([[0.0, 0.0], [3.0, 0.0]]))


@pytest.mark.points(3, asks=DISTANCES, stays="code that has the worked example by heart fails here, but not here alone")
def test_random_points(student, rng):
    """Is right for random points, with more points than centers, fewer, and as many."""
    for N, K, D in ((7, 3, 2), (2, 5, 4), (4, 4, 3)):
        check(student, rng.normal(size=(N, D)), rng.normal(size=(K, D)))


@pytest.mark.points(
    1, asks="N, K and D may be any numbers, also 1.", stays="a squeezed axis, an odd answer, shows here alone"
)
def test_single_ones(student, rng):
    """Is right for a single point, a single center, and a single coordinate."""
    for N, K, D in ((1, 3, 2), (4, 1, 2), (4, 3, 1), (1, 1, 1)):
        check(student, rng.normal(size=(N, D)), rng.normal(size=(K, D)))


@pytest.mark.points(
    2, asks="Points and centers may be a million away from zero and one apart; the result must still be right."
)
def test_far_from_zero(student, rng):
    """Is right for points that are a million away from zero, and near each other."""
    away = 1e6 * np.sign(rng.normal(size=3))
    check(student, away + rng.normal(size=(5, 3)), away + rng.normal(size=(4, 3)))
