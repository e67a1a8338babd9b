"""At which level hand-ins are marked, and what is said where that would be less than it must be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.kernel.kind import KernelKind
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution import isolation
from autograder.marking.execution.isolation import WeakIsolationError, admitted, imported_ahead, isolation_for

FULL, NO_USERNS, OFF = Level


@pytest.fixture
def offer(monkeypatch):
    return lambda level: monkeypatch.setattr(isolation, "best", lambda: level)


def test_the_strongest_level_is_taken_where_none_is_asked_for(offer):
    offer(FULL)
    assert admitted(None, weaker=False) is FULL
    offer(NO_USERNS)
    assert admitted(None, weaker=True) is NO_USERNS


def test_a_level_below_full_needs_somebodys_word(offer):
    offer(NO_USERNS)
    with pytest.raises(WeakIsolationError, match=r"level no-userns, less than full: (?s:.*)--allow-weaker-isolation"):
        admitted(None, weaker=False)


def test_a_lower_level_that_is_asked_for_needs_it_too(offer):
    offer(FULL)
    with pytest.raises(WeakIsolationError, match=r"level off, less than full(?s:.*)c\.MarkCells\.weaker_isolation"):
        admitted(OFF, weaker=False)
    assert admitted(OFF, weaker=True) is OFF


def test_a_level_that_is_not_to_be_had_is_refused_whatever_is_allowed(offer):
    offer(NO_USERNS)
    with pytest.raises(WeakIsolationError, match=r"level full is not to be had on this machine: `autograder doctor`"):
        admitted(FULL, weaker=True)


def test_an_assignments_data_is_what_its_kernels_may_read_besides(assignment, tmp_path):
    made = isolation_for(assignment, FULL)
    assert (made.readable, made.variables) == ((), {})
    (assignment.folder / "data.py").write_text(
        f"import pathlib\ndef prepare(): return {{'NUMBERS': pathlib.Path({str(tmp_path)!r})}}"
    )
    with_data = replace(made, readable=(tmp_path,), variables={"NUMBERS": str(tmp_path)})
    assert isolation_for(assignment, FULL) == with_data
    assert isolation_for(assignment, FULL, data=False) == made


def test_kernels_get_the_packages_and_see_nothing_of_the_staffs(assignment):
    made = isolation_for(assignment, FULL)
    course = assignment.course
    assert made.packages == (course.root / "cs231n",)
    assert {course.root / "source", course.classroom, course.assignments} <= set(made.staff)
    assert made.kind == KernelKind(FULL, (), made.packages, made.modules, made.staff)


def test_what_provided_cells_import_is_loaded_ahead_and_nothing_of_hidden_tests(assignment):
    # The checks import `autograder.hidden` between nbgrader's delimiters.
    assert "autograder.hidden" in str(assignment.source_notebook)
    assert imported_ahead(assignment) == ("cs231n.rnn_layers", "numpy")
