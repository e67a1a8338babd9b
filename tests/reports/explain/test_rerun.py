"""A problem's tests run again on the submission as it was handed in, and all that they ask is kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.results import Verdict
from autograder.kernel.sandbox.levels import best
from autograder.reports.explain.rerun import run_again
from autograder.reports.explain.transcript import value_of

RECORD: Any = SimpleNamespace(student="ada", problems=[])


def test_only_one_problems_tests_are_run_behind_the_cells_that_lead_to_its_check(assignment, hand_in, scratch):
    hand_in("def double(x): return 3 * x", "def halve(x): return x / 2, None")
    again = run_again(assignment, RECORD, assignment.problems["double"], best())
    assert (again.submission.student, again.result.id, again.result.score) == ("ada", "double", 0)
    assert "def double(x): return 3 * x" in again.cells
    assert not any("halve" in cell for cell in again.cells)
    failed = [test.id for test in again.result.tests if test.verdict is Verdict.FAILED]
    assert again.transcripts.keys() >= set(failed[:1])
    last = again.transcripts["test_double.py::test_example"].steps[-1]
    assert (value_of(last.reply).tolist(), value_of(last.solution).tolist()) == ([3, 6], [2, 4])


def test_a_submission_that_is_gone_is_an_error(assignment):
    with pytest.raises(FileNotFoundError):
        run_again(assignment, RECORD, assignment.problems["double"], best())
