"""The class report."""

import csv
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.course.course import Course, CourseError
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict, write_record
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.class_data import records_of, rows_of
from autograder.reports.class_report import Request, mean, write_report

PROBLEMS = {
    "add": Problem("add", 4.0, "test_add", ("add",), manual=False),
    "train": Problem("train", 6.0, "test_train", (), manual=False),
    "essay": Problem("essay", 5.0, "essay", (), manual=True),
}


@pytest.fixture
def assignment(tmp_path):
    url = f"sqlite:///{tmp_path / 'classroom' / 'gradebook.db'}"
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n")
    return SimpleNamespace(
        name="sums",
        title="Sums <1>",
        problems=PROBLEMS,
        course=Course(tmp_path),
        folder=tmp_path,
        notebook_file=tmp_path / "sums.ipynb",
    )


def result(name, score, max_score, verdict=Verdict.PASSED, message=""):
    test = TestResult(
        id=name, title=Message("Adds."), verdict=verdict, score=score, max_score=max_score, message=Message(message)
    )
    return ProblemResult(id=name, score=score, max_score=max_score, tests=[test])


def hand_in(assignment, student, problems, status=Status.MARKED):
    record = Record(
        assignment="sums",
        student=student,
        sha256="0",
        status=status,
        manual=[] if status is Status.REJECTED else ["essay"],
        problems=problems,
        score=sum(problem.score for problem in problems),
        max_score=sum(problem.max_score for problem in problems),
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0.1,
    )
    write_record(record, record_file(assignment.course.records, "sums", student))


def table(assignment):
    files = write_report(assignment)
    with files[1].open(newline="", encoding="utf-8") as stream:
        return {row["student"]: row for row in csv.DictReader(stream)}, files[0].read_text(encoding="utf-8")


def test_points_stand_under_their_problems_and_add_up(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 1.5, 6, Verdict.FAILED)])
    rows, _ = table(assignment)
    assert rows["ada"] == {
        "student": "ada",
        "name": "",
        "status": "marked",
        "add": "4",
        "train": "1.5",
        "essay": "",
        "late_penalty": "0",
        "score": "5.5",
        "max_score": "15",
        "waiting": "5",
    }


def test_a_fault_of_the_grader_is_blank_and_never_zero(assignment):
    broken = [result("add", 0, 4, Verdict.GRADER_ERROR), result("train", 6, 6)]
    hand_in(assignment, "ada", broken, Status.GRADER_ERROR)
    rows, page = table(assignment)
    assert (rows["ada"]["add"], rows["ada"]["status"]) == ("", "grader_error")
    assert "(grader error)" in page


@pytest.fixture
def gradebook(assignment):
    """The gradebook of a class in which ada has handed in."""
    assignment.course.classroom.mkdir()
    with Gradebook(f"sqlite:///{assignment.course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for problem in PROBLEMS.values():
            book.add_grade_cell(problem.check, "sums", "sums", max_score=problem.points, cell_type="code")
        book.add_student("ada")
        book.add_submission("sums", "ada")
        for name, score in (("test_add", 1.0), ("test_train", 6.0)):
            book.find_grade(name, "sums", "sums", "ada").auto_score = score
        book.db.commit()
        yield book


def test_a_score_that_a_person_entered_and_a_penalty_show_in_table_and_page(assignment, gradebook):
    hand_in(assignment, "ada", [result("add", 1, 4), result("train", 6, 6)])
    gradebook.find_grade("test_add", "sums", "sums", "ada").manual_score = 3.0
    gradebook.find_grade("essay", "sums", "sums", "ada").manual_score = 4.5
    gradebook.find_grade("essay", "sums", "sums", "ada").extra_credit = 0.5
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 2.0
    gradebook.db.commit()
    (row,) = rows_of(assignment, records_of(assignment))
    assert {name: (mark.score, mark.by_hand) for name, mark in row.marks.items()} == {
        "add": (3.0, True),
        "train": (6.0, False),
        "essay": (5.0, True),
    }
    rows, page = table(assignment)
    ada = rows["ada"]
    assert [ada[name] for name in ("late_penalty", "score", "max_score", "waiting")] == ["2", "12", "15", "0"]
    assert ">late</th>" in page
    assert "2</td>" in page


def test_a_gradebook_with_other_points_than_the_source_is_refused_unless_that_is_asked_for(assignment, gradebook):
    hand_in(assignment, "ada", [result("add", 1, 4), result("train", 6, 6)])
    gradebook.update_or_create_grade_cell("test_add", "sums", "sums", max_score=8, cell_type="code")
    gradebook.db.commit()
    with pytest.raises(CourseError, match="test_add: 8 points in the gradebook, 4 points in the source"):
        write_report(assignment)
    write_report(assignment, Request(other_points=True))


def test_a_rejected_hand_in_has_nothing_of_everything_and_waits_for_nobody(assignment):
    hand_in(assignment, "ada", [], Status.REJECTED)
    rows, _ = table(assignment)
    ada = rows["ada"]
    assert [ada[name] for name in ("add", "essay", "score", "max_score", "waiting")] == ["0", "0", "0", "15", "0"]


def test_text_that_student_code_can_shape_is_escaped(assignment):
    hand_in(assignment, "ada", [result("add", 0, 4, Verdict.FAILED, "<script>alert(1)</script>")])
    _, page = table(assignment)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "Sums &lt;1&gt;" in page


def test_the_mean_leaves_out_who_has_no_points_yet(assignment):
    hand_in(assignment, "ada", [result("add", 4, 4), result("train", 3, 6)])
    hand_in(assignment, "ben", [result("add", 2, 4), result("train", 0, 6, Verdict.GRADER_ERROR)])
    rows = rows_of(assignment, records_of(assignment))
    assert mean([row.marks["add"] for row in rows]) == 0.75
    assert mean([row.marks["train"] for row in rows]) == 0.5
    assert mean([row.marks["essay"] for row in rows]) is None


def test_a_class_that_nobody_has_marked_is_a_clear_error(assignment):
    with pytest.raises(CourseError, match="nbgrader autograde sums"):
        write_report(assignment)
