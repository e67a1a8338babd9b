"""A misconception costs the points of its own problem, whatever is built on it."""

import pytest

from autograder.course.results import Verdict
from tests.assignments.marker import Marker
from tests.assignments.names import NAMES
from tests.assignments.wrong_variants import catalogued
from tests.support.sampling import some

MARKERS = {name: Marker.of(name) for name in NAMES}
ALL = [(MARKERS[name], wrong) for name in NAMES for wrong in catalogued(name)]


@pytest.mark.parametrize(
    ("marker", "wrong"), some(ALL, 12), ids=[f"{marker.assignment.name}-{wrong.id}" for marker, wrong in ALL]
)
def test_nothing_is_lost_elsewhere(marker, wrong):
    marks = marker.mark(wrong.file)
    # Where a forward function raises, there is no cache to call its backward function with.
    not_run = {
        name for name, result in marks.results.items() if {test.verdict for test in result.tests} == {Verdict.NOT_RUN}
    }
    assert {*marks.lost} - not_run == {wrong.problem}
    assert "grader_error" not in marks.verdicts.values()
