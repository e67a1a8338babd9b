"""`nbgrader export` with the records beside the gradebook."""

import csv
from types import SimpleNamespace

import pytest
from nbgrader.api import Gradebook

from autograder.course.course import CONFIG, Course
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict, write_record
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.export_plugin import ExportScores
from autograder.nbgrader_plugins.save_grades import record_file


@pytest.fixture
def course(tmp_path, monkeypatch):
    (tmp_path / CONFIG).write_text("")
    (tmp_path / "classroom").mkdir()
    monkeypatch.chdir(tmp_path)
    return Course(tmp_path)


@pytest.fixture
def gradebook(course):
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for name, points in (("test_add", 4), ("test_train", 6)):
            book.add_grade_cell(name, "sums", "sums", max_score=points, cell_type="code")
        yield book


def hand_in(course, gradebook, student, add, train, **names):
    """Put a student with two scored problems into gradebook and records; each is (verdict, score, max_score)."""
    gradebook.add_student(student, **names)
    gradebook.add_submission("sums", student)
    problems = []
    for name, (verdict, score, max_score) in (("add", add), ("train", train)):
        test = TestResult(id=name, title=Message(""), verdict=verdict, score=score, max_score=max_score)
        problems.append(ProblemResult(id=name, score=score, max_score=max_score, tests=[test]))
        grade = gradebook.find_grade(f"test_{name}", "sums", "sums", student)
        grade.auto_score = None if verdict is Verdict.GRADER_ERROR else score
    gradebook.db.commit()
    record = Record(
        assignment="sums",
        student=student,
        sha256="0",
        status=Status.MARKED,
        score=0.0,
        max_score=0.0,
        problems=problems,
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0.0,
    )
    write_record(record, record_file(course.records, "sums", student))


def exported(gradebook, **settings):
    ExportScores(**settings).export(gradebook)
    with open(settings.get("to", "grades.csv"), newline="", encoding="utf-8") as stream:
        return {row["student_id"]: row for row in csv.DictReader(stream)}


PASSED = (Verdict.PASSED, 4.0, 4.0)


def test_scores_are_the_gradebooks(course, gradebook):
    hand_in(course, gradebook, "ada", PASSED, (Verdict.FAILED, 2.0, 6.0))
    row = exported(gradebook, to="out.csv")["ada"]
    assert (row["raw_score"], row["score"], row["max_score"], row["waiting"]) == ("6.0", "6.0", "10.0", "0.0")


def test_a_fault_of_the_grader_is_blank_until_a_person_has_resolved_it(course, gradebook):
    hand_in(course, gradebook, "ada", PASSED, (Verdict.GRADER_ERROR, 0.0, 6.0))
    row = exported(gradebook)["ada"]
    assert (row["raw_score"], row["score"], row["waiting"]) == ("", "", "6.0")
    gradebook.find_grade("test_train", "sums", "sums", "ada").manual_score = 5.0
    gradebook.db.commit()
    assert exported(gradebook)["ada"]["score"] == "9.0"


def test_names_with_commas_stay_in_their_column(course, gradebook):
    hand_in(course, gradebook, "ada", PASSED, PASSED, last_name='King, "Countess" of Lovelace')
    assert exported(gradebook)["ada"]["last_name"] == 'King, "Countess" of Lovelace'


def test_who_has_handed_in_nothing_has_zero(course, gradebook):
    gradebook.add_student("ben")
    row = exported(gradebook)["ben"]
    assert (row["score"], row["max_score"], row["timestamp"]) == ("0.0", "10.0", "")


def test_only_the_students_asked_for_are_exported(course, gradebook):
    hand_in(course, gradebook, "ada", PASSED, PASSED)
    gradebook.add_student("ben")
    assert set(exported(gradebook, student=["ben"])) == {"ben"}
    assert set(exported(gradebook, assignment=["other"])) == set()


def test_a_written_question_waits_and_leaves_the_score_so_far(course, gradebook):
    gradebook.add_grade_cell("essay", "sums", "sums", max_score=5, cell_type="markdown")
    gradebook.add_solution_cell("essay", "sums", "sums")
    hand_in(course, gradebook, "ada", PASSED, PASSED)
    row = exported(gradebook)["ada"]
    assert (row["score"], row["max_score"], row["waiting"]) == ("8.0", "15.0", "5.0")


def test_a_penalty_is_taken_off_the_score_and_not_off_the_raw_one(course, gradebook):
    hand_in(course, gradebook, "ada", PASSED, PASSED)
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 1.5
    gradebook.db.commit()
    row = exported(gradebook)["ada"]
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("8.0", "1.5", "6.5")


def test_other_points_than_those_of_the_source_are_refused_or_warned_of(gradebook, tmp_path, caplog, monkeypatch):
    problems = {
        "add": SimpleNamespace(check="test_add", points=8),
        "train": SimpleNamespace(check="test_train", points=6),
    }
    made = SimpleNamespace(name="sums", problems=problems, notebook_file="sums.ipynb")
    monkeypatch.setattr("autograder.course.assignment.assignment_names", lambda: ["sums"])
    monkeypatch.setattr("autograder.course.assignment.Assignment", lambda _course, _name: made)
    with pytest.raises(SystemExit, match="test_add: 4 points in the gradebook, 8 points in the source"):
        exported(gradebook)
    assert not (tmp_path / "grades.csv").exists()
    with caplog.at_level("WARNING", "traitlets"):
        exported(gradebook, other_points=True)
    assert "test_add: 4 points" in caplog.text
