"""Hidden tests of kmeans."""

import numpy as np
import pytest

from autograder.assignments.kmeans.examples import blobs
from autograder.testing import close, number, returned

STEP = (
    "A step moves the centers by the labels, and finds the labels of the moved centers. The first labels are "
    "those of the centers that are given."
)
END = "It ends after the first step that changes no label; this step counts, too."
AT_MOST = "It ends after max_steps steps in any case, and returns what the last one gave."
NAMES = ("centers", "labels", "steps")


def start(rng, count, K, D):
    """Draw points, and first centers among them."""
    x = blobs(rng, count, K, D)
    return x, x[rng.choice(count, size=K, replace=False)]


@pytest.mark.points(
    2,
    asks=STEP,
    worked_example=True,
)
def test_worked_example(student):
    """Gives the centers and labels of the check in the notebook."""
    x = np.array([[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]])
    centers, labels, _ = returned(student.kmeans(x, np.array([[0.0], [1.0]])), *NAMES)
    close(centers, [[1], [11]])
    close(labels, [0, 0, 0, 1, 1, 1])


@pytest.mark.points(
    3,
    asks=STEP,
    stays="code that has the worked example by heart fails here; most other wrong code fails more than this",
)
def test_to_the_end(student, reference, rng):
    """Ends with the right centers and labels, from several starts."""
    for count, K, D in ((60, 3, 2), (40, 5, 3)):
        x, first = start(rng, count, K, D)
        right_centers, right_labels, _ = reference.kmeans(x, first)
        centers, labels, _ = returned(student.kmeans(x, first), *NAMES)
        close(centers, right_centers)
        close(labels, right_labels)


@pytest.mark.points(2, asks=END)
def test_steps(student, reference, rng):
    """Says how many steps were made, the last one among them."""
    for count, K in ((60, 4), (30, 2)):
        x, first = start(rng, count, K, 2)
        _, _, steps = returned(student.kmeans(x, first), *NAMES)
        number(steps)
        close(steps, reference.kmeans(x, first)[2])
    # Each center is the mean of its points already.
    x = np.array([[0.0], [1.0], [5.0], [6.0]])
    close(returned(student.kmeans(x, np.array([[0.5], [5.5]])), *NAMES)[2], 1)


@pytest.mark.points(3, asks=AT_MOST)
def test_few_steps(student, reference, rng):
    """Ends after as many steps as are allowed, with what the last one gave."""
    in_order = np.arange(12.0)[:, None] ** 2
    x, first = rng.permutation(in_order), in_order[:3] + rng.normal(scale=0.1, size=(3, 1))
    for most in (1, 2, 3):
        right_centers, right_labels, right_steps = reference.kmeans(x, first, most)
        centers, labels, steps = returned(student.kmeans(x, first, most), *NAMES)
        close(centers, right_centers)
        close(labels, right_labels)
        close(steps, right_steps)
