"""Old marks against new ones: told first, written down before they hold, and never lower where that is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest
from nbgrader.converters import GenerateFeedback

from autograder.course.assignment import Assignment
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.results import ProblemResult, Status, TestResult, Verdict, read_record
from autograder.grading.gradebook.audit import Audit
from autograder.grading.gradebook.changes import Change, Published, TestChange, compare
from autograder.grading.gradebook.rows import StudentRows
from autograder.grading.writer import GradebookWriter
from autograder.i18n.catalogue import catalogue
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.class_data import records_of, rows_of

NAME = "arithmetic"
ON_SQLITE = pytest.mark.parametrize("writable", ["sqlite"], indirect=True)


def published(**auto):
    return {f"test_{name}": Published(score, None, False, 8.0) for name, score in auto.items()}


def result(name, score, *tests):
    made = [
        TestResult(id=test, title=Message(""), verdict=verdict, score=points, max_score=4)
        for test, verdict, points in tests
    ]
    return ProblemResult(id=name, score=score, max_score=8, tests=made)


@pytest.fixture
def record(by_nbgrader):
    """Return a function that makes a record of some results."""

    def make(*problems, status=Status.MARKED):
        made = by_nbgrader[0].replies["ada"].record
        return msgspec.structs.replace(made, problems=list(problems), status=status)

    return make


def test_what_moves_points_is_named_with_the_tests_that_came_to_something_else(record):
    old = record(result("double", 6, ("t::a", Verdict.PASSED, 4), ("t::b", Verdict.PASSED, 2)), result("halve", 8))
    new = record(result("double", 4, ("t::a", Verdict.PASSED, 4), ("t::c", Verdict.FAILED, 0)), result("halve", 8))
    assert compare(old, published(double=6.0, halve=8.0, why=None), new) == [
        Change(
            "ada", "double", 6.0, 4.0, (TestChange("t::c", None, "failed 0"), TestChange("t::b", "passed 2", None, -2))
        )
    ]


def test_who_was_never_marked_changes_nothing(record):
    assert compare(None, {}, record(result("double", 4))) == []


def test_points_so_far_are_the_gradebooks_when_a_record_was_not_written(record):
    new = record(result("double", 4, ("t::a", Verdict.PASSED, 4)))
    (change,) = compare(None, published(double=2.0), new)
    assert (change.old, change.new) == (2.0, 4.0)


def test_a_persons_score_is_flagged_beside_what_it_hides(record):
    there = {"test_double": Published(6.0, 5.0, True, 8.0, 0.5)}
    (change,) = compare(None, there, record(result("double", 2)))
    assert (change.old, change.new, change.override, change.extra_credit) == (6.0, 2.0, 5.0, 0.5)


def test_points_that_a_person_must_look_at_and_those_of_who_is_refused_move_too(record):
    unresolved = record(result("double", 0, ("t::a", Verdict.GRADER_ERROR, 0)))
    (open_one,) = compare(None, published(double=6.0), unresolved)
    (lost,) = compare(None, published(double=6.0), record(status=Status.REJECTED))
    assert (open_one.new, open_one.moves, open_one.lowers) == (None, True, True)
    assert (lost.new, lost.lowers) == (0.0, True)


@pytest.fixture
def regraded(writable, tools, rounds, by_nbgrader):
    """Return a function that writes ada's first marking, what a person says of it, and then her second one."""

    def regrade(never_lower=False, change=lambda reply: reply):
        rounds.handed_in[0](writable, tools)
        for number in (0, 1):
            with GradebookWriter(writable, NAME, run=f"run-{number}", never_lower=never_lower) as writer:
                for student in ("ada", "fay"):
                    folder = writable.submitted / student / NAME
                    writer.write(
                        student,
                        folder,
                        change(by_nbgrader[number].replies[student]) if number else by_nbgrader[0].replies[student],
                    )
            if not number:
                rounds.by_hand(writable, ("ada", "fay"))
                rounds.handed_in[1](writable, tools)
        return read_record(record_file(writable.records, NAME, "ada"))

    return regrade


def trail(course):
    return [json.loads(line) for line in (course.audit / f"{NAME}.jsonl").read_text().splitlines()]


@ON_SQLITE
def test_each_change_that_was_written_has_a_line_with_run_tests_and_versions(regraded, writable):
    regraded()
    lines = {(line["student"], line["problem"]): line for line in trail(writable)}
    # Who is refused has 0 points for the written question too, as nbgrader leaves it.
    assert lines.keys() == {("ada", "double"), ("fay", "double"), ("fay", "halve"), ("fay", "why")}
    line = lines["ada", "double"]
    assert (line["run"], line["old"], line["new"], line["what"], line["override"]) == ("run-1", 4, 0, "lowered", 1.5)
    assert {test["id"].rpartition("::")[2]: test["after"] for test in line["tests"]}["test_example"] == "failed 0"
    assert line["tests_sha256"][0] == line["tests_sha256"][1] != ""
    assert line["time"].endswith("+00:00")


@ON_SQLITE
def test_a_change_has_its_line_before_it_is_committed(regraded, writable, monkeypatch):
    entered = StudentRows.seconds_late

    def fail(rows, submission):
        if writable.audit.exists():
            raise RuntimeError("the machine is gone")
        return entered(rows, submission)

    monkeypatch.setattr(StudentRows, "seconds_late", fail)
    with pytest.raises(RuntimeError, match="gone"):
        regraded()
    assert [line["problem"] for line in trail(writable)] == ["double"]


@ON_SQLITE
def test_points_are_not_written_when_their_line_cannot_be(regraded, writable, rounds, monkeypatch):
    def full(*_arguments):
        raise OSError("no space left")

    monkeypatch.setattr(Audit, "note", lambda trail, changes, *rest: full() if changes else None)
    with pytest.raises(OSError, match="no space"):
        regraded()
    scores = [dict(row)["auto_score"] for row in rounds.state(writable).gradebook["grade"] if "ada" in str(row)]
    assert 4.0 in scores


def test_no_mark_gets_lower_where_that_is_asked_in_gradebook_record_notebook_feedback_and_report(regraded, writable):
    record = regraded(never_lower=True)
    kept = record.problem("double")
    assert (kept.score, record.score, record.max_score) == (4, 10, 10)
    assert [*map(str, kept.notes)] == ["marked again it has 0 points; the higher ones that it had stay"]
    assert {test.verdict for test in kept.tests} >= {Verdict.FAILED}
    with GradebookWriter(writable, NAME) as writer:
        said = writer.published("ada")
    assert (said["test_double"].auto_score, said["test_double"].manual_score) == (4, 1.5)
    run_converter(GenerateFeedback, load_config(writable), NAME, "ada")
    marked = (writable.classroom / "autograded" / "ada" / NAME / f"{NAME}.ipynb").read_text()
    assert "double: 4 of 4 points" in marked
    for page in (marked, (writable.classroom / "feedback" / "ada" / NAME / f"{NAME}.html").read_text()):
        assert "the higher ones that it had stay" in page
    rows = {row.student: row for row in rows_of(Assignment(writable, NAME), records_of(Assignment(writable, NAME)))}
    assert rows["ada"].marks["double"].by_hand
    assert rows["ada"].marks["halve"].score == 6.5, "with what a person gave in addition"
    line = trail(writable)[0]
    assert (line["what"], line["old"], line["new"], line["marked"]) == ("kept", 4, 4, 0)


@ON_SQLITE
def test_who_is_refused_keeps_points_where_that_is_asked(regraded, writable):
    regraded(never_lower=True)
    record = read_record(record_file(writable.records, NAME, "fay"))
    assert (record.status, record.score, record.max_score) == (Status.REJECTED, 10, 10)
    with GradebookWriter(writable, NAME) as writer:
        assert [one.auto_score for one in writer.published("fay").values()] == [4, 6, 0]


@ON_SQLITE
def test_what_cannot_be_marked_again_keeps_its_points_and_its_tests_where_that_is_asked(regraded, writable):
    def broken(reply):
        fault = result("double", 0.0, ("t::a", Verdict.GRADER_ERROR, 0))
        others = [problem for problem in reply.record.problems if problem.id != "double"]
        return replace(reply, record=msgspec.structs.replace(reply.record, problems=[fault, *others]))

    record = regraded(never_lower=True, change=broken)
    kept = record.problem("double")
    assert (kept.score, kept.max_score, kept.unresolved) == (4, 4, False)
    assert len(kept.tests) == 3
    assert [*map(str, kept.notes)] == ["it could not be marked again, and the points that it had stay"]


@ON_SQLITE
def test_a_kept_mark_is_told_in_the_hand_ins_language(regraded, writable, monkeypatch):
    monkeypatch.setattr(
        "autograder.course.assignment.Assignment._settings", settings_with_chinese(Assignment._settings)
    )

    def chinese(reply):
        return replace(reply, record=msgspec.structs.replace(reply.record, language="zh-CN"))

    (note,) = regraded(never_lower=True, change=chinese).problem("double").notes
    record = read_record(record_file(writable.records, NAME, "ada"))
    assert record.language == "zh-CN"
    assert catalogue("zh-CN").say(note) == "重新评分得 0 分；保留原来较高的分数"
    assert str(note) == "marked again it has 0 points; the higher ones that it had stay"


def settings_with_chinese(read):
    return lambda made: msgspec.structs.replace(read(made), languages=["en", "zh-CN"])
