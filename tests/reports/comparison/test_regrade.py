"""Between two runs: who gained or lost, by which tests, and why."""

from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest
from nbgrader.api import Gradebook

from autograder.course.earlier_records import keep_earlier
from autograder.course.results import ProblemResult, Status, TestResult, Verdict
from autograder.grading.never_lower import HIGHER
from autograder.i18n.messages import Message, say
from autograder.reports.class_data import class_data, records_of
from autograder.reports.class_report import ReportRequest, write_report
from autograder.reports.comparison.earlier_class import earlier_class
from autograder.reports.comparison.regrade import HAND_IN, LATE, PERSON, UNCAUSED, regrade
from autograder.reports.pseudonyms import pseudonym
from tests.support.classes import PROBLEMS, class_in, hand_in, result

RUN = "20260301T080000-aa00"


@pytest.fixture
def assignment(tmp_path):
    return class_in(tmp_path)


def marked_again(assignment, student, before, after, **more):
    """Write the record of a student who is marked again, and keep the earlier one; ``more`` is of the later one."""
    old = hand_in(assignment, student, before)
    keep_earlier(assignment.course, RUN, old, hand_in(assignment, student, after, **more))


def several(*scores):
    """Return a problem of several tests of 2 points."""
    tests = [
        TestResult(
            id=f"test_add.py::test_{index}",
            title=Message(f"Test {index}."),
            verdict=Verdict.PASSED if score else Verdict.FAILED,
            score=score,
            max_score=2,
        )
        for index, score in enumerate(scores)
    ]
    return ProblemResult(id="add", score=sum(scores), max_score=2 * len(scores), tests=tests)


def found(assignment, against="last", **more):
    data = class_data(assignment, **more)
    return regrade(earlier_class(assignment, str(against), records_of(assignment)), data)


def by_student(one):
    return {student.student: student for student in one.students}


def test_a_students_score_before_and_after_is_told_with_the_tests_that_moved_it(assignment):
    marked_again(assignment, "ada", [several(2, 0)], [several(0, 2)])
    marked_again(assignment, "ben", [several(2, 0), result("train", 6, 6)], [several(2, 2), result("train", 6, 6)])
    hand_in(assignment, "chen", [several(2, 2)])
    one = found(assignment)
    assert (one.compared, one.came, one.gone) == (3, [], [])
    assert [(student.student, student.before, student.after) for student in one.students] == [
        ("ada", 2, 2),
        ("ben", 8, 10),
    ]
    (change,) = by_student(one)["ben"].changes
    assert (change.problem, change.old, change.new) == ("add", 2, 4)
    assert [(test.id, test.gain) for test in change.tests] == [("test_add.py::test_1", 2)]
    assert [(test.id, test.more, test.less) for test in one.tests] == [
        ("test_add.py::test_1", 2, 0),
        ("test_add.py::test_0", 0, 1),
    ]
    assert one.means == (pytest.approx(14 / 3), pytest.approx(16 / 3))
    assert one.sentence == "1 of 3 hand-ins moved, +2/-0 points."


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"sha256": "1"}, HAND_IN),
        ({"tests_sha256": "1"}, "other hidden tests"),
        ({"kit_version": "1"}, "another version of the kit"),
        ({}, UNCAUSED),
    ],
)
def test_why_is_what_differs_between_the_two_markings(assignment, more, why):
    marked_again(assignment, "ada", [several(2, 0)], [several(2, 2)], **more)
    one = found(assignment)
    assert by_student(one)["ada"].causes == (why,)
    assert one.causes == [(why, 1)]


def test_points_that_the_problem_carries_now_are_a_cause(assignment):
    marked_again(assignment, "ada", [result("add", 3, 3)], [result("add", 4, 4)])
    assert by_student(found(assignment))["ada"].causes == ("other points of add",)


def test_a_hand_in_that_is_refused_now_lost_all(assignment):
    marked_again(assignment, "ada", [several(2, 2)], [], status=Status.REJECTED, sha256="1")
    ada = by_student(found(assignment))["ada"]
    assert (ada.before, ada.after, ada.causes) == (4, 0, (HAND_IN,))
    assert [(change.problem, change.old, change.new) for change in ada.changes if change.tests] == [("add", 4, 0)]


def test_points_that_are_kept_are_told_as_such(assignment):
    kept = msgspec.structs.replace(several(0, 2), score=4.0, notes=[say(HIGHER, score="2")])
    marked_again(assignment, "ada", [several(2, 2)], [kept])
    one = found(assignment)
    (change,) = by_student(one)["ada"].changes
    assert (change.old, change.new, change.kept) == (4, 4, True)
    assert one.sentence == "0 of 1 hand-ins moved, +0/-0 points; 1 kept."


@pytest.fixture
def gradebook(assignment):
    """A gradebook that knows ada, with what marking gives now."""
    assignment.course.classroom.mkdir(exist_ok=True)
    with Gradebook(f"sqlite:///{assignment.course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for problem in PROBLEMS.values():
            book.add_grade_cell(problem.check, "sums", "sums", max_score=problem.points, cell_type="code")
        book.add_student("ada", first_name="Ada", last_name="Lovelace")
        book.add_submission("sums", "ada")
        book.find_grade("test_add", "sums", "sums", "ada").auto_score = 4.0
        book.db.commit()
        yield book


def set_grade(book, cell, **values):
    grade = book.find_grade(cell, "sums", "sums", "ada")
    for name, value in values.items():
        setattr(grade, name, value)
    book.db.commit()


def test_what_a_person_gave_stands_before_what_the_tests_came_to(assignment, gradebook):
    marked_again(assignment, "ada", [several(2, 0)], [several(2, 2)])
    set_grade(gradebook, "test_add", manual_score=3.0)
    set_grade(gradebook, "essay", manual_score=5.0)
    one = found(assignment)
    ada = by_student(one)["ada"]
    (change,) = ada.changes
    assert (ada.before, ada.after) == (8, 8)
    assert (change.old, change.new, change.override) == (2, 4, 3)
    assert one.sentence == "0 of 1 hand-ins moved, +0/-0 points; 1 overridden by a person."


def test_extra_credit_and_a_penalty_are_taken_to_have_been_as_they_are(assignment, gradebook):
    marked_again(assignment, "ada", [several(2, 0)], [several(2, 2)])
    set_grade(gradebook, "test_add", extra_credit=0.5)
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 1.0
    gradebook.db.commit()
    ada = by_student(found(assignment))["ada"]
    assert (ada.before, ada.after) == (1.5, 3.5)
    assert (ada.changes[0].old, ada.changes[0].new, ada.changes[0].extra_credit) == (2.5, 4.5, 0.5)


def test_against_a_report_what_a_person_did_since_is_a_cause(assignment, gradebook, tmp_path):
    hand_in(assignment, "ada", [several(2, 2)])
    files = write_report(assignment)
    kept = next(file for file in files if file.name == "class.json").rename(tmp_path / "monday.json")
    assert found(assignment, kept).students == []
    set_grade(gradebook, "test_add", manual_score=3.0)
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 1.0
    gradebook.db.commit()
    ada = by_student(found(assignment, kept))["ada"]
    assert (ada.before, ada.after, ada.causes) == (4, 2, (PERSON, LATE))
    assert [(change.old, change.new, change.override) for change in ada.changes] == [(4, 3, None)]


def test_who_came_since_and_who_is_gone_is_named(assignment, tmp_path):
    for student in ("ada", "ben"):
        hand_in(assignment, student, [several(2, 2)])
    files = write_report(assignment)
    kept = next(file for file in files if file.name == "class.json").rename(tmp_path / "monday.json")
    (assignment.course.records / "sums" / "ben.json").unlink()
    hand_in(assignment, "chen", [several(2, 2)])
    one = found(assignment, kept)
    assert (one.compared, one.came, one.gone, one.students) == (1, ["chen"], ["ben"], [])


def test_page_tables_and_json_say_the_same(assignment):
    evil = "<script>=1"
    marked_again(assignment, evil, [several(2, 0)], [several(2, 2)], tests_sha256="1")
    told = []
    files = {
        file.name: file.read_text(encoding="utf-8")
        for file in write_report(assignment, ReportRequest(against="last"), told.append)
    }
    assert told == ["1 of 1 hand-ins moved, +2/-0 points."]
    page = files["regrade.html"]
    assert told[0] in page
    assert "+1</li>" in page.replace("</span>", "")
    assert "<script" not in page
    assert 'href="regrade.html"' in files["class.html"]
    (line,) = csv.DictReader(io.StringIO(files["regrade.csv"]))
    assert (line["student"], line["before"], line["now"], line["gained_by"]) == (evil, "2", "4", "1")
    assert line["why"] == "other hidden tests"
    (test,) = csv.DictReader(io.StringIO(files["regrade_tests.csv"]))
    assert (test["test"], test["more"], test["less"]) == ("test_add.py::test_1", "1", "0")
    form = json.loads(files["regrade.json"])
    assert [(one["student"], one["before"], one["after"]) for one in form["students"]] == [(evil, 2, 4)]
    assert form["causes"] == [["other hidden tests", 1]]


def test_under_pseudonyms_nobody_is_named(assignment, gradebook):
    marked_again(assignment, "ada", [several(2, 0)], [several(2, 2)])
    assert by_student(found(assignment, anonymous=True)).keys() == {pseudonym(assignment, "ada")}
    for file in write_report(assignment, ReportRequest(anonymous=True, against="last")):
        text = file.read_text(encoding="utf-8")
        assert not {"ada", "Ada", "Lovelace"} & set(text.replace('"', " ").replace(">", " ").replace("<", " ").split())
