"""Hidden tests of column_means."""

import numpy as np
import pytest

from autograder.testing import close, returned

MEANS = "Element j of the result is the mean of column j of x; the result has shape (D,)."


@pytest.mark.points(1, asks=MEANS, worked_example=True)
def test_worked_example(student):
    """Gives the values of the check in the notebook."""
    (means,) = returned(student.column_means(np.array([[1.0, 2.0, 3.0], [5.0, 6.0, 9.0]])), "means", dimensions=1)
    close(means, [3, 4, 6])


@pytest.mark.points(3, asks=MEANS)
def test_random_values(student, rng):
    """Is right for random values, with more rows than columns, fewer, and as many."""
    for N, D in ((5, 2), (2, 4), (3, 3), (1, 3)):
        x = rng.normal(size=(N, D))
        (means,) = returned(student.column_means(x), "means", dimensions=1)
        close(means, [sum(column) / N for column in x.T])
