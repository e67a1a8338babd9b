"""What `autograder grade` decides before and after hand-ins are marked."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from rich.console import Console
from sqlalchemy.exc import OperationalError

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.results import write_record
from autograder.course.score import Score
from autograder.grading.grade import GradeRequest, Grading, class_summary, grade
from autograder.grading.submitted import Submission
from autograder.grading.task import Reply
from autograder.i18n.messages import say
from autograder.marking.new_record import SubmissionData, rejected, unmarked
from autograder.nbgrader_plugins.save_grades import record_file


def console():
    return Console(file=io.StringIO(), width=100)


def test_without_hand_ins_it_says_where_they_belong(assignment):
    with pytest.raises(CourseError, match=r"no hand-ins of arithmetic in .*submitted/<student>/arithmetic: put them"):
        grade(assignment, GradeRequest(), console())


def test_a_student_who_has_handed_nothing_in_is_named(assignment, hand_in):
    hand_in()
    with pytest.raises(CourseError, match="no hand-in of 'bob'"):
        grade(assignment, GradeRequest(students=["ada", "bob"]), console())


def test_a_gradebook_with_other_points_than_the_source_is_refused(assignment, hand_in, tools):
    hand_in()
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 5
    nbformat.write(notebook, assignment.notebook_file)
    with pytest.raises(CourseError, match="test_double: 4 points in the gradebook, 5 points in the source"):
        grade(Assignment(assignment.course, assignment.name), GradeRequest(weaker=True), console())


def test_no_jobs_are_refused(assignment, hand_in):
    hand_in()
    with pytest.raises(CourseError, match="0 jobs: ask for one or more"):
        grade(assignment, GradeRequest(jobs=0, weaker=True), console())


def test_data_that_is_not_there_is_built_before_there_are_workers(assignment, hand_in, monkeypatch):
    def build(_assignment):
        raise CourseError("no room for the data")

    hand_in()
    monkeypatch.setattr(type(assignment), "prepare_data", build)
    shown = console()
    with pytest.raises(CourseError, match="no room for the data"):
        grade(assignment, GradeRequest(jobs=1, weaker=True), shown)
    assert "hand-ins to mark" not in shown.file.getvalue()


@pytest.mark.parametrize(
    "fault", [OSError("No space left on device"), OperationalError("INSERT", {}, Exception("locked"))]
)
def test_what_keeps_everything_from_being_written_stops_the_run(assignment, fault):
    def write(*_arguments):
        raise fault

    run: Any = Grading(assignment, GradeRequest(), console())
    run._writer, run._settings = SimpleNamespace(write=write), SimpleNamespace(basis="")
    reply = Reply("run-1", unmarked(assignment, SubmissionData("ada", b"")), None)
    with pytest.raises(CourseError, match=r"(?s)ada: what came of it cannot be written .*it goes on where it was"):
        run._write(Submission("ada", Path("ada")), "", reply)


def test_what_keeps_one_hand_in_from_being_written_does_not_stop_the_class(assignment):
    def write(*_arguments):
        raise CourseError("timestamp.txt is no time")

    run: Any = Grading(assignment, GradeRequest(), console())
    run._writer, run._settings = SimpleNamespace(write=write), SimpleNamespace(basis="")
    reply = Reply("run-1", unmarked(assignment, SubmissionData("ada", b"")), None)
    run._write(Submission("ada", Path("ada")), "", reply)
    assert run._unwritten == {"ada": "timestamp.txt is no time"}


def test_an_id_under_which_nothing_can_be_written_does_not_stop_the_class(assignment):
    run = Grading(assignment, GradeRequest(), console())
    there = [Submission(student, Path(student)) for student in ("ada", "\udcff", "x" * 251)]
    assert [one.student for one in run._fit(there)] == ["ada"]
    assert [why.partition(":")[2] for why in run._unwritten.values()] == [" rename the folder"] * 2


def test_who_was_refused_counts_in_no_mean(assignment, monkeypatch):
    found = {who: SimpleNamespace(score=Score(score, 10)) for who, score in (("ada", 8), ("bob", 0), ("eve", 0))}
    monkeypatch.setattr("autograder.grading.grade.gradebook_scores", lambda _assignment: found)
    refused = rejected(assignment, "eve", b"", say("It is no notebook."))
    write_record(refused, record_file(assignment.course.records, assignment.name, "eve"))
    assert class_summary(assignment)[0] == "The mean of the 2 that could be marked is 4 of 10."


@pytest.mark.parametrize(
    ("scores", "lines"),
    [
        ([], []),
        ([Score(8, 10), Score(7, 10)], ["The mean of the 2 that could be marked is 7.5 of 10."]),
        (
            [Score(8, 10, 3), Score(4, 13)],
            [
                "The mean of the 2 that could be marked is 6 of 11.5 so far.",
                "1 waits for a person: `jupyter lab`, then Nbgrader \u2192 Formgrader \u2192 Manual Grading.",
            ],
        ),
    ],
    ids=["nobody", "all is marked", "one waits"],
)
def test_the_class_is_told_in_sentences_with_what_to_do_next(assignment, monkeypatch, scores, lines):
    found = {str(number): SimpleNamespace(score=score) for number, score in enumerate(scores)}
    monkeypatch.setattr("autograder.grading.grade.gradebook_scores", lambda _assignment: found)
    said = class_summary(assignment)
    assert said[: len(lines)] == lines
    assert [line.partition(":")[0] for line in said[len(lines) :]] == (["Next"] if scores else [])
