"""One score, one maximum: the demo class in terminal, feedback, class report, export and gradebook."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from rich.console import Console

from autograder.course.assignment import Assignment
from autograder.course.course import CONFIG, Course
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Verdict, read_record, write_record
from autograder.course.score import Score, points
from autograder.demo import pupils_of, write_submission
from autograder.nbgrader_plugins.exports import ExportScores
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.release.release import release
from autograder.reports.class_report import write_report
from autograder.reports.terminal import print_record

NAME = "rnn_captioning"
# What is known of the class: ben has written nothing, emeka's loss gets nothing, and so what needs it gets nothing.
SO_FAR = {"ada": 92, "ben": 0, "chen": 80, "dana": 87, "emeka": 66, "fatima": 90, "goran": 82, "hana": 82}
LINE = re.compile(r"\] (\w+): ([\d.]+) of ([\d.]+)(?: so far, ([\d.]+) waits? for a person)?$", re.MULTILINE)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The assignment in a course of its own with its demo class, and what `autograder grade` printed."""
    course = Course(tmp_path_factory.mktemp("course"))
    shutil.copytree(KIT_ROOT / "source" / NAME, course.source(NAME))
    shutil.copy(KIT_ROOT / CONFIG, course.root / CONFIG)
    assignment = Assignment(course, NAME)
    release(assignment)
    for pupil in pupils_of(assignment):
        write_submission(assignment, pupil, course.submitted)
    command = [sys.executable, "-m", "autograder.cli", "grade", NAME, "--allow-weaker-isolation"]
    run = subprocess.run(command, cwd=course.root, capture_output=True, text=True, check=True)
    return assignment, run.stdout


def in_gradebook(assignment):
    """Return scores as nbgrader and formgrader have them."""
    found = {}
    with Gradebook(load_config(assignment.course).CourseDirectory.db_url) as book:
        for submission in book.assignment_submissions(NAME):
            penalty = submission.late_submission_penalty or 0.0
            found[submission.student.id] = (max(0.0, submission.score - penalty), submission.max_score)
    return found


def in_csv(file, student, *columns):
    """Return the numbers in some columns, by student; None where a cell is blank."""
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {row[student]: tuple(float(row[name]) if row[name] else None for name in columns) for row in rows}


def compare(assignment, wanted, blank=()):
    """Compare report, export, gradebook and feedback with the scores that are wanted, by student."""
    course = assignment.course
    run_converter(GenerateFeedback, load_config(course), NAME)
    files = {file.name: file for file in write_report(assignment)}
    exported = course.root / "grades.csv"
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        ExportScores(to=str(exported)).export(book)
    shown = {student: (score.points, score.most, score.waiting) for student, score in wanted.items()}
    assert in_gradebook(assignment) == {student: found[:2] for student, found in shown.items()}
    assert in_csv(files["class.csv"], "student", "score", "max_score", "waiting") == shown
    shown |= {student: (None, *shown[student][1:]) for student in blank}
    assert in_csv(exported, "student_id", "score", "max_score", "waiting") == shown
    report = files["class.html"].read_text(encoding="utf-8")
    for student, score in wanted.items():
        rows = re.findall(r"<tr data-index.*?</tr>", report, re.DOTALL)
        row = next(one for one in rows if f">{student}</a>" in one)
        total, waiting = re.findall(r'<td class="total">(.*?)</td><td>(.*?)</td>', row)[0]
        # Of the whole class's maximum, which the head says, where nothing else is said.
        most = total.partition(" of ")[2] or re.findall(r"total<span>of ([\d.]+)</span>", report)[0]
        assert (total.partition(" of ")[0], most) == (points(score.points), points(score.most))
        assert waiting == (points(score.waiting) if score.waiting else "")
        page = course.classroom / "feedback" / student / NAME / f"{NAME}.html"
        said = (score.marked, score.waiting) if score.waiting else (score.most,)
        assert numbers_of(page.read_text(encoding="utf-8")) == sorted([score.points, *said]), student


def numbers_of(page):
    """Return the numbers in a feedback page's line with the score, whatever order its language has them in."""
    line = re.search(r'<p class="score">.*?</p>', page, re.DOTALL)
    return sorted(map(float, re.findall(r"\d+(?:\.\d+)?", re.sub(r"<[^>]*>", "", line[0] if line else ""))))


@pytest.mark.thorough
def test_the_demo_class_has_one_score_and_one_maximum_in_every_output(graded):
    assignment, printed = graded
    wanted = {student: Score(score, 92, 8) for student, score in SO_FAR.items()}
    told = LINE.findall(printed)
    assert {name: Score(float(score), float(marked), float(waiting)) for name, score, marked, waiting in told} == wanted
    compare(assignment, wanted)
    for student, score in wanted.items():
        shown = io.StringIO()
        record = read_record(record_file(assignment.course.records, NAME, student))
        print_record(record, console=Console(file=shown, width=200))
        assert f"Score: {score.sentence}\n" in shown.getvalue()


@pytest.mark.thorough
def test_what_a_person_enters_a_penalty_and_a_fault_of_the_graders_show_in_every_output(graded):
    assignment, _ = graded
    with Gradebook(load_config(assignment.course).CourseDirectory.db_url) as book:
        book.find_grade("inline_question_masking", NAME, NAME, "ada").manual_score = 7.0
        book.find_grade("test_captioning_sample", NAME, NAME, "goran").manual_score = 5.0
        book.find_grade("test_rnn_forward", NAME, NAME, "ben").extra_credit = 1.0
        book.find_submission_notebook(NAME, NAME, "chen").late_submission_penalty = 2.5
        book.find_grade("test_captioning_loss", NAME, NAME, "hana").auto_score = None  # as such a fault leaves it
        book.db.commit()
    file = record_file(assignment.course.records, NAME, "hana")
    write_record(record := _with_a_fault(read_record(file), "captioning_loss"), file)
    wanted = {student: Score(score, 92, 8) for student, score in SO_FAR.items()}
    wanted |= {"ada": Score(99, 100), "goran": Score(87, 92, 8), "ben": Score(1, 92, 8), "chen": Score(77.5, 92, 8)}
    wanted["hana"] = Score.of_record(record)
    assert wanted["hana"] == Score(62, 72, 28)
    compare(assignment, wanted, blank=["hana"])


def _with_a_fault(record, name):
    """Return a record in which the grader failed on the last test of a problem, whose other tests have their points."""
    broken = record.problem(name)
    *tests, last = broken.tests
    last = replace(last, verdict=Verdict.GRADER_ERROR, score=0.0)
    result = replace(broken, tests=[*tests, last], score=broken.score - last.max_score)
    assert result.score
    problems = [result if one is broken else one for one in record.problems]
    return replace(record, problems=problems, score=sum(one.score for one in problems))
