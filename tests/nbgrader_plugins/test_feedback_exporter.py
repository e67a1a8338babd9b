"""nbgrader's command makes the kit's page, with what people entered; who was refused has a page, too."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import write_record
from autograder.marking.new_record import SubmissionData, unmarked
from autograder.nbgrader_plugins.save_grades import record_file

DOUBLE = "def double(x):\n    return 2 * x"
HALVE = "def halve(x):\n    return x / 2, None"


@pytest.fixture
def nbgrader(course, tmp_path, monkeypatch):
    """Return a function that runs one of nbgrader's commands on the class."""
    return lambda command: run_converter(command, load_config(course), "arithmetic")


@pytest.fixture
def as_configured(course):
    """Return a function that runs one of nbgrader's commands with nothing set but what the course's file sets."""

    def run(command):
        config = load_config(course)
        command(coursedir=CourseDirectory(config=config, assignment_id="arithmetic"), config=config).start()

    return run


def page_of(course, student):
    return (course.classroom / "feedback" / student / "arithmetic" / "arithmetic.html").read_text(encoding="utf-8")


def test_the_page_shows_what_people_entered_in_the_gradebook(course, hand_in, nbgrader):
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        grade = book.find_grade("why", "arithmetic", "arithmetic", "ada")
        grade.manual_score, grade.needs_manual_grade = 2, False
        book.find_comment("why", "arithmetic", "arithmetic", "ada").manual_comment = "Say **why** <script>alert(1)"
        book.find_submission_notebook("arithmetic", "arithmetic", "ada").late_submission_penalty = 1.5
        book.db.commit()
    nbgrader(GenerateFeedback)
    page = page_of(course, "ada")
    assert "<strong>10.5</strong> of 13" in page
    assert "Points taken off for being late: 1.5" in page
    assert "Say <strong>why</strong>" in page
    assert "alert(1)" not in page
    assert "A person gave these points." in page


def test_a_refused_hand_in_has_a_page_that_says_why_also_in_the_place_of_an_earlier_one(course, hand_in, nbgrader):
    hand_in(DOUBLE, HALVE, student="bob")
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    nbgrader(GenerateFeedback)
    assert "Problem by problem" in page_of(course, "ada")
    hand_in(student="ada").write_text("no notebook")
    with pytest.raises(ConversionError, match="ada"):
        nbgrader(Autograde)
    nbgrader(GenerateFeedback)
    page = page_of(course, "ada")
    assert "This hand-in could not be marked" in page
    assert "Problem by problem" not in page


def test_who_was_refused_and_is_marked_later_has_the_new_page_without_force(course, hand_in, nbgrader, as_configured):
    hand_in(student="ada").write_text("no notebook")
    with pytest.raises(ConversionError):
        nbgrader(Autograde)
    as_configured(GenerateFeedback)
    assert "This hand-in could not be marked" in page_of(course, "ada")
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    as_configured(GenerateFeedback)
    assert "Problem by problem" in page_of(course, "ada")


def test_where_the_grader_failed_on_all_of_a_hand_in_the_page_of_an_earlier_one_goes(course, hand_in, nbgrader):
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    nbgrader(GenerateFeedback)
    record = unmarked(Assignment(course, "arithmetic"), SubmissionData("ada", b""))
    write_record(record, record_file(course.records, "arithmetic", "ada"))
    shutil.rmtree(course.classroom / "autograded" / "ada")
    nbgrader(GenerateFeedback)
    page = page_of(course, "ada")
    assert "This hand-in has not been marked yet" in page
    assert "Hand in again" not in page


def test_a_second_notebook_has_a_page_of_its_cells(course, hand_in, nbgrader):
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    other = course.classroom / "autograded" / "ada" / "arithmetic" / "extra.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("mine = 1")]), other)
    nbgrader(GenerateFeedback)
    assert "Problem by problem" in page_of(course, "ada")
    page = (course.classroom / "feedback" / "ada" / "arithmetic" / "extra.html").read_text(encoding="utf-8")
    assert "Problem by problem" not in page
    assert "mine" in page


def test_a_class_in_which_everybody_was_refused_has_its_pages(course, hand_in, nbgrader):
    for student in ("ada", "bob"):
        hand_in(student=student).write_text("no notebook")
    with pytest.raises(ConversionError):
        nbgrader(Autograde)
    nbgrader(GenerateFeedback)
    for student in ("ada", "bob"):
        assert "This hand-in could not be marked" in page_of(course, student)


def test_a_class_of_which_nothing_is_known_has_no_pages(course, nbgrader):
    with pytest.raises(ConversionError, match="No notebooks were matched"):
        nbgrader(GenerateFeedback)


def test_without_a_record_there_is_no_page_that_could_say_anything_wrong(course, hand_in, nbgrader, caplog):
    hand_in(DOUBLE, HALVE)
    nbgrader(Autograde)
    record_file(course.records, "arithmetic", "ada").unlink()
    with pytest.raises(ConversionError, match="ada"):
        nbgrader(GenerateFeedback)
    assert not (course.classroom / "feedback" / "ada" / "arithmetic").exists()
