"""What a class can be compared with, and what is said where it cannot."""

from __future__ import annotations

import json
import shutil

import pytest
from nbgrader.api import Gradebook

from autograder.course.course import CourseError
from autograder.course.earlier_records import keep_earlier
from autograder.course.results import RecordError, Status, Verdict
from autograder.reports.class_data import class_data, records_of
from autograder.reports.class_report import ReportRequest, write_report
from autograder.reports.comparison.earlier_class import earlier_class
from autograder.reports.pseudonyms import pseudonym
from tests.support.classes import PROBLEMS, class_in, hand_in, result

RUNS = ("20260301T080000-aa00", "20260302T080000-bb00")


@pytest.fixture
def assignment(tmp_path):
    """A class of three, of whom ada came to something else in two runs, and ben in the second."""
    (tmp_path / "now").mkdir()
    made = class_in(tmp_path / "now")
    olds = [hand_in(made, "ada", [result("add", score, 4)]) for score in (1, 2)]
    new = hand_in(made, "ada", [result("add", 3, 4)])
    keep_earlier(made.course, RUNS[0], olds[0], olds[1])
    keep_earlier(made.course, RUNS[1], olds[1], new)
    old = hand_in(made, "ben", [result("add", 4, 4)])
    keep_earlier(made.course, RUNS[1], old, hand_in(made, "ben", [], Status.REJECTED))
    hand_in(made, "chen", [result("add", 4, 4)])
    return made


@pytest.fixture
def other(tmp_path):
    """Another year's class."""
    (tmp_path / "then").mkdir()
    made = class_in(tmp_path / "then")
    hand_in(made, "dan", [result("add", 2, 4), result("gone", 1, 2)])
    hand_in(made, "eve", [], Status.REJECTED)
    return made


def found(assignment, given):
    return earlier_class(assignment, str(given), records_of(assignment))


def scores(earlier):
    return {row.student: row.score.points for row in earlier.rows}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(RUNS[0], {"ada": 1, "ben": 4, "chen": 4}), (RUNS[1], {"ada": 2, "ben": 4, "chen": 4})],
)
def test_a_run_names_the_class_before_it(assignment, given, wanted):
    earlier = found(assignment, given)
    assert scores(earlier) == wanted
    assert (earlier.run, earlier.gradebook, earlier.name) == (True, False, f"this class before the run {given}")


def test_last_is_the_latest_run_that_changed_anything(assignment):
    assert scores(found(assignment, "last")) == scores(found(assignment, RUNS[1]))


@pytest.mark.parametrize("part", ["", "classroom", "classroom/records", "classroom/records/sums"])
def test_another_class_is_found_by_its_course_its_classroom_or_its_records(assignment, other, part):
    earlier = found(assignment, other.course.root / part)
    assert scores(earlier) == {"dan": 3, "eve": 0}
    assert [row.marks["add"].score for row in earlier.rows] == [2, 0]
    # A problem that this year's notebook does not have is there all the same.
    assert earlier.rows[0].marks["gone"].score == 1
    assert not earlier.gradebook
    assert not earlier.is_of(class_data(assignment))


def test_what_people_entered_counts_where_the_gradebook_is_beside_the_records(assignment, other):
    with Gradebook(f"sqlite:///{other.course.classroom / 'gradebook.db'}") as book:
        book.add_assignment("sums")
        book.add_notebook("sums", "sums")
        for problem in PROBLEMS.values():
            book.add_grade_cell(problem.check, "sums", "sums", max_score=problem.points, cell_type="code")
        book.add_student("dan")
        book.add_submission("sums", "dan")
        book.find_grade("test_add", "sums", "sums", "dan").auto_score = 2.0
        book.find_grade("essay", "sums", "sums", "dan").manual_score = 4.0
        book.find_submission_notebook("sums", "sums", "dan").late_submission_penalty = 1.0
        book.db.commit()
    earlier = found(assignment, other.course.root)
    assert (earlier.gradebook, scores(earlier)["dan"]) == (True, 5)
    assert earlier.rows[0].marks["essay"].by_hand


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_report_of_another_class_says_what_its_records_said(assignment, other, anonymous):
    hand_in(other, "eve", [result("add", 0, 4, Verdict.FAILED, "off", "sign"), result("train", 6, 6)])
    files = write_report(other, ReportRequest(anonymous=anonymous))
    earlier = found(assignment, next(file for file in files if file.name == "class.json"))
    assert (earlier.anonymous, earlier.gradebook) == (anonymous, True)
    rows = {row.student: row for row in earlier.rows}
    eve = rows[pseudonym(other, "eve") if anonymous else "eve"]
    (test,) = eve.marks["add"].result.tests
    assert (eve.score.points, test.verdict, test.max_score, str(test.title)) == (6, Verdict.FAILED, 4, "Adds.")
    assert [(one.name, str(one.title)) for one in eve.record.problems[0].diagnoses] == [("sign", "Does sign.")]
    assert (eve.record.sha256, eve.record.kit_version) == ("" if anonymous else "0", "0")


def test_a_class_is_the_same_where_half_of_the_smaller_one_is_in_both(assignment, other):
    data = class_data(assignment)
    hand_in(other, "ada", [result("add", 2, 4)])
    assert not found(assignment, other.course.root).is_of(data)  # one of three
    hand_in(other, "ben", [result("add", 2, 4)])
    assert found(assignment, other.course.root).is_of(data)


def test_students_are_found_again_under_pseudonyms(assignment, tmp_path):
    write_report(assignment, ReportRequest(anonymous=True))
    kept = tmp_path / "class.json"
    shutil.copy(assignment.course.reports / "sums" / "anonymous" / "class.json", kept)
    earlier = found(assignment, kept)
    for anonymous in (False, True):
        data = class_data(assignment, anonymous=anonymous)
        pairs = earlier.pairs(data)
        assert earlier.is_of(data)
        assert set(pairs) == {row.student for row in data.rows}
        assert all(one and other for one, other in pairs.values())


def test_what_cannot_be_compared_is_a_clear_error(assignment, other, tmp_path):
    with pytest.raises(CourseError, match=rf"nowhere is neither a file, a folder nor a run: .*{RUNS[1]}.*class\.json"):
        found(assignment, "nowhere")
    with pytest.raises(CourseError, match="this class as it is"):
        found(assignment, assignment.course.root)
    with pytest.raises(CourseError, match="no run has changed a record yet"):
        found(other, "last")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CourseError, match="empty holds no records of sums"):
        found(assignment, tmp_path / "empty")
    hand_in(other, "dan", [result("add", 2, 4)], assignment="products")
    with pytest.raises(CourseError, match=r"dan\.json is a record of products, not of sums"):
        found(assignment, other.course.root)
    hand_in(other, "dan", [result("add", 2, 4)], schema_version=3)
    with pytest.raises(RecordError, match="schema version 3; this kit reads 2"):
        found(assignment, other.course.root)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"schema_version": 2}, "schema version 2; this kit reads 1"),
        ({"assignment": "products"}, "the class of products, not of sums"),
        ({"students": []}, "holds no student"),
        ({"students": [{"student": 3}]}, r"no class\.json of `autograder report` \(.*students\[0\]\.student"),
    ],
)
def test_a_report_that_cannot_be_compared_is_a_clear_error(assignment, other, tmp_path, change, why):
    write_report(other)
    form = json.loads((other.course.reports / "sums" / "class.json").read_text(encoding="utf-8"))
    file = tmp_path / "class.json"
    file.write_text(json.dumps(form | change), encoding="utf-8")
    with pytest.raises(CourseError, match=why):
        found(assignment, file)
    file.write_text("nothing", encoding="utf-8")
    with pytest.raises(CourseError, match=r"no class\.json"):
        found(assignment, file)
