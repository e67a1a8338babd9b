"""Late days cost the same by nbgrader, by `autograder grade`, and by the rules that the server tells students."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.course import handing_in
from autograder.course.course import Course, CourseError
from autograder.course.gradebook_database import set_due
from autograder.course.handing_in import lateness, read_rules
from autograder.grading.gradebook.book import Book
from autograder.grading.gradebook.entry import Entry, LatePenalties, enter
from autograder.nbgrader_plugins.late_days import LateDays
from tests.support.gradebook import NAME

# A zone with a change of its clocks: 2 o'clock in the morning of 29 March is not there.
RULES = """
zone = "Europe/Zurich"

[arithmetic]
due = 2026-03-28T23:00:00
late_days = 2
penalty_per_day = 0.25
grace_minutes = 10
"""
DUE = datetime(2026, 3, 28, 22, tzinfo=UTC)


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(handing_in, "assignment_names", lambda _course: [NAME])
    (tmp_path / "nbgrader_config.py").touch()
    (tmp_path / "handing_in.toml").write_text(RULES)
    return Course(tmp_path)


def config_of(course, **more):
    config = Config()
    config.CourseDirectory.root = str(course.root)
    config.AssignLatePenalties.plugin_class = LateDays
    config.LateSubmissionPlugin.merge(more)
    return config


def by_nbgrader(course, url, received, extension=None):
    """Return the penalty that nbgrader's step leaves in the gradebook of a submission with 4 points."""
    with Gradebook(url, "cs231n") as book:
        book.update_or_create_student("ada")
        submission = book.update_or_create_submission(NAME, "ada", timestamp=received.replace(tzinfo=None))
        submission.extension = extension
        book.find_grade("test_double", NAME, NAME, "ada").auto_score = 4
        book.db.commit()
    said = {"notebook": NAME, "assignment": NAME, "student": "ada", "db_url": url}
    AssignLatePenalties(config=config_of(course)).preprocess(new_notebook(), {"nbgrader": said})
    with Gradebook(url, "cs231n") as book:
        return book.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty


def by_the_kit(course, url, record, received, extension=None):
    """Return the penalty that the one writer leaves."""
    due = read_rules(course)[NAME].due
    assert due is not None
    set_due(url, NAME, due)
    converter = SimpleNamespace(autograde_preprocessors=[AssignLatePenalties], config=config_of(course))
    book = Book(url, "cs231n", NAME)
    try:
        with book.transaction() as session:
            entry = Entry("ada", record, {}, received.replace(tzinfo=None), frozenset(), extension)
            enter(book, session, entry, LatePenalties(converter, NAME))
    finally:
        book.close()
    with Gradebook(url, "cs231n") as opened:
        return opened.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty


@pytest.mark.parametrize("extended", [None, timedelta(days=3)])
@pytest.mark.parametrize(
    ("late", "share"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=10), 0),
        (timedelta(minutes=10, seconds=1), 0.25),
        (timedelta(hours=24, minutes=10), 0.25),
        (timedelta(hours=24, minutes=11), 0.5),
        # Too late by the rules; who marks it all the same takes the penalty of all its days.
        (timedelta(days=2, minutes=11), 0.75),
        (timedelta(days=9), 1),
    ],
)
def test_a_penalty_is_the_same_everywhere(course, url, record_of, late, share, extended):
    received = DUE + (extended or timedelta()) + late
    said = lateness(read_rules(course)[NAME], received, DUE + extended if extended else None)
    penalties = (
        4 * said.penalty,
        by_nbgrader(course, url, received, extended) or 0,
        by_the_kit(course, url, record_of(4.0), received, extended) or 0,
    )
    assert penalties == (4 * share,) * 3


def test_an_extension_that_is_taken_back_is_written_too(course, url, record_of):
    received = DUE + timedelta(hours=1)
    assert by_the_kit(course, url, record_of(4.0), received, timedelta(days=1)) is None
    # None leaves what is there, as `autograder grade` does, which knows of no extension.
    assert by_the_kit(course, url, record_of(4.0), received, None) is None
    assert by_the_kit(course, url, record_of(4.0), received, timedelta(0)) == 1


def plugin(course, **more):
    step = AssignLatePenalties(config=config_of(course, **more))
    step.assignment_id = NAME
    step.init_plugin()
    return step.plugin_inst


@pytest.mark.parametrize("rules", [None, "[arithmetic]\nattempts_in_all = 3\n"])
@pytest.mark.parametrize(("method", "penalty"), [("none", None), ("zero", 4)])
def test_a_course_without_a_due_time_in_its_rules_has_nbgraders_own_penalties(course, rules, method, penalty):
    file = course.root / "handing_in.toml"
    file.unlink() if rules is None else file.write_text(rules)
    assert plugin(course, penalty_method=method).late_submission_penalty("ada", 4, 3600) == penalty


def test_wrong_rules_are_an_error_and_no_penalty(course):
    (course.root / "handing_in.toml").write_text('zone = "UTC"\n[arithmetic]\ndue = 1\n')
    with pytest.raises(CourseError, match=r"\[arithmetic\] due is 1: write a local date and time"):
        plugin(course)


def test_the_gradebook_has_the_due_time_before_nbgrader_asks_it(course, url):
    by_nbgrader(course, url, DUE)
    with Gradebook(url, "cs231n") as book:
        assert book.find_assignment(NAME).duedate == DUE.replace(tzinfo=None)
