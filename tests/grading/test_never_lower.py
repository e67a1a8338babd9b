"""Points that a new marking would take away stay, in the record and in its totals, with a note."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest

from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.grading.gradebook.changes import Change, Published
from autograder.grading.never_lower import keep, with_kept
from autograder.grading.pipeline import notebook_bytes
from autograder.grading.task import Reply
from autograder.i18n.catalogue import ENGLISH
from autograder.i18n.messages import Message

LOWER = "marked again it has 1 points; the higher ones that it had stay"
PUBLISHED = {"test_double": Published(4.0, None, False, 4.0), "test_halve": Published(6.0, None, False, 6.0)}


@pytest.fixture
def assignment():
    """All that is asked of an assignment."""
    problems = {name: SimpleNamespace(check=f"test_{name}") for name in ("double", "halve")}
    made = SimpleNamespace(problems=problems, catalogue=ENGLISH)
    made.in_language = lambda _language: made
    return made


def result(name, score, most, verdict=Verdict.PASSED):
    test = TestResult(id="t::a", title=Message(""), verdict=verdict, score=score, max_score=most)
    return ProblemResult(id=name, score=score, max_score=most, tests=[test])


def reply(*problems, status=Status.MARKED, notebook=None):
    scores = [sum(getattr(one, name) for one in problems) for name in ("score", "max_score")]
    record = Record(
        assignment="arithmetic",
        student="ada",
        sha256="",
        status=status,
        score=scores[0],
        max_score=scores[1],
        problems=list(problems),
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0,
    )
    return Reply("run-1", record, notebook)


def test_only_what_would_get_fewer_points_or_none_is_kept():
    changes = [Change("ada", "a", 4.0, 1.0), Change("ada", "b", 1.0, 4.0), Change("ada", "c", 4.0, None)]
    assert [change.kept for change in keep(changes)] == [True, False, True]


def test_nothing_is_made_anew_where_nothing_is_kept(assignment):
    new = reply(result("double", 4, 4))
    assert with_kept(assignment, None, PUBLISHED, keep([Change("ada", "double", 1.0, 4.0)]), new) is new


def test_the_record_has_the_old_points_the_new_tests_and_a_note_and_its_totals_fit(assignment):
    new = reply(result("double", 1, 4, Verdict.FAILED), result("halve", 6, 6))
    record = with_kept(assignment, None, PUBLISHED, keep([Change("ada", "double", 4.0, 1.0)]), new).record
    assert (record.score, record.max_score) == (10, 10)
    double = record.problem("double")
    assert (double.score, [*map(str, double.notes)], double.tests[0].verdict) == (4, [LOWER], Verdict.FAILED)
    assert record.problem("halve") == new.record.problem("halve")


def test_marked_again_the_note_is_there_once(assignment):
    new = reply(result("double", 1, 4))
    for _ in range(2):
        new = with_kept(assignment, None, PUBLISHED, keep([Change("ada", "double", 4.0, 1.0)]), new)
    assert [*map(str, new.record.problem("double").notes)] == [LOWER]


def test_a_problem_that_an_old_record_has_without_points_gets_those_of_the_gradebook(assignment):
    old = reply(result("double", 0, 0), result("halve", 6, 6)).record
    new = reply(result("double", 0, 4, Verdict.GRADER_ERROR), result("halve", 6, 6))
    double = with_kept(assignment, old, PUBLISHED, keep([Change("ada", "double", 4.0, None)]), new).record.problem(
        "double"
    )
    assert (double.score, double.max_score) == (4, 4)


def test_what_could_not_be_marked_keeps_the_tests_of_before(assignment):
    old = reply(result("double", 4, 4)).record
    new = reply(result("double", 0, 4, Verdict.GRADER_ERROR))
    double = with_kept(assignment, old, PUBLISHED, keep([Change("ada", "double", 4.0, None)]), new).record.problem(
        "double"
    )
    assert (double.score, double.unresolved, double.tests) == (4, False, old.problem("double").tests)
    assert [*map(str, double.notes)] == ["it could not be marked again, and the points that it had stay"]


def test_without_an_earlier_record_the_tests_that_could_not_be_run_are_left_out(assignment):
    new = reply(result("double", 0, 4, Verdict.GRADER_ERROR))
    double = with_kept(assignment, None, PUBLISHED, keep([Change("ada", "double", 4.0, None)]), new).record.problem(
        "double"
    )
    assert (double.score, double.max_score, double.tests) == (4, 4, [])


def test_who_is_refused_has_the_problems_whose_points_are_kept(assignment):
    old = reply(result("double", 4, 4), result("halve", 6, 6)).record
    new = reply(status=Status.REJECTED)
    record = with_kept(assignment, old, PUBLISHED, keep([Change("ada", "halve", 6.0, 0.0)]), new).record
    assert [(one.id, one.score) for one in record.problems] == [("halve", 6)]
    assert (record.status, record.score) == (Status.REJECTED, 6)


def test_the_table_of_the_problem_in_the_marked_notebook_is_made_anew(assignment, tools):
    cells = [tools.code(f"test_{name}", "check", grade=True) for name in ("double", "halve")]
    for cell in cells:
        cell.outputs = [nbformat.v4.new_output("display_data", {"text/plain": "the table"}), *cell.outputs]
    data = notebook_bytes(nbformat.v4.new_notebook(cells=cells))
    new = reply(result("double", 1, 4), result("halve", 6, 6), notebook=data)
    kept = with_kept(assignment, None, PUBLISHED, keep([Change("ada", "double", 4.0, 1.0)]), new)
    double, halve = nbformat.reads(kept.notebook.decode(), as_version=4).cells
    assert "double: 4 of 4 points" in str(double.outputs)
    assert "the table" not in str(double.outputs)
    assert "the table" in str(halve.outputs)
