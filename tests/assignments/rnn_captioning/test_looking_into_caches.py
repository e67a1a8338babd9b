"""One mistake costs once, however the code that calls the wrong function looks into its caches.

A sample: `tests.assignments.rnn_captioning.one_mistake` tries all styles with all mistakes.
"""

from __future__ import annotations

import itertools

import pytest

from tests.assignments.rnn_captioning.one_mistake import MISTAKES, STYLES, lost_elsewhere
from tests.support.sampling import some

# Each style with some of the mistakes, so that all of them come up.
SAMPLE = [
    (style, mistake)
    for start, style in enumerate(STYLES)
    for mistake in itertools.islice(itertools.cycle(MISTAKES), 2 * start, 2 * start + 2)
]
# In kernels: what is stood in for in one process may be held elsewhere, and differ.
IN_KERNELS = [
    ("own_inputs_beside", "rnn_step_forward: halved", "files"),
    ("deep_copies", "rnn_step_backward: dprev_h", "notebook"),
]
# Its gradients are read by names that only its own function could tell.
EXCEPT = ("named_tuples", "rnn_step_backward: raises")


@pytest.mark.parametrize("style", some(STYLES, 7))
def test_each_style_is_right(marker, style):
    assert not lost_elsewhere(marker.assignment, STYLES[style], "")


@pytest.mark.parametrize(("style", "mistake"), some([one for one in SAMPLE if one != EXCEPT], 5))
def test_a_mistake_costs_the_points_of_its_problem_alone(marker, style, mistake):
    assert not lost_elsewhere(marker.assignment, STYLES[style], mistake)


@pytest.mark.parametrize("style", some(STYLES, 3))
def test_one_wrong_gradient_of_the_step_costs_nothing_elsewhere(marker, style):
    assert not lost_elsewhere(marker.assignment, STYLES[style], "rnn_step_backward: dprev_h")


@pytest.mark.parametrize(("style", "mistake", "place"), some(IN_KERNELS, 1))
def test_in_a_kernel_it_is_the_same(marker, style, mistake, place):
    assert not lost_elsewhere(marker.assignment, STYLES[style], mistake, place)
