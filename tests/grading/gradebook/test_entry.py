"""What one submission comes to in the gradebook: points, comments, penalties."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.course.results import Status
from autograder.course.score import Score
from autograder.grading.gradebook.entry import Entry, LatePenalties, enter

NAME = "arithmetic"
DUE = datetime(2026, 3, 1, 12)


class Penalties:
    """Penalties of a point an hour, which note what they are asked."""

    def __init__(self, wanted=True):
        self.wanted, self.asked = wanted, []

    def penalty(self, student, score, seconds):
        self.asked.append((student, score, seconds))
        return seconds / 3600


@pytest.fixture
def entered(book, url, record_of):
    """Return a function that enters ada's submission and returns what nbgrader then says of it."""

    def run(record, penalties=None, late=timedelta(0), missing=frozenset(), comments=None):
        asked: Any = penalties or Penalties()
        with book.transaction() as session:
            score = enter(book, session, Entry("ada", record, comments or {}, DUE + late, missing), asked)
        with Gradebook(url, "cs231n") as gradebook:
            submission = gradebook.find_submission(NAME, "ada")
            return SimpleNamespace(
                score=score,
                grades={
                    grade.name: (grade.auto_score, bool(grade.needs_manual_grade))
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                },
                comments={
                    comment.name: comment.auto_comment
                    for notebook in submission.notebooks
                    for comment in notebook.comments
                },
                penalty=gradebook.find_submission_notebook(NAME, NAME, "ada").late_submission_penalty,
            )

    return run


def test_points_are_the_records_and_what_a_person_marks_waits(entered, record_of):
    said = entered(record_of(2.5), comments={"why": "No response.", "double": None})
    assert (said.grades["test_double"], said.grades["why"]) == ((2.5, False), (None, True))
    assert said.comments == {"why": "No response.", "double": None, "task": None}


def test_a_notebook_that_was_not_handed_in_has_no_points_and_waits_for_nobody(entered, record_of):
    assert entered(record_of(2.5)).grades["more"] == (None, True)
    said = entered(record_of(2.5), missing=frozenset({"extra"}))
    assert (said.grades["more"], said.grades["task"], said.grades["test_double"]) == (
        (0, False),
        (0, False),
        (2.5, False),
    )


def test_who_is_refused_has_no_points_and_no_penalty(entered, record_of):
    said = entered(record_of(2.5), late=timedelta(hours=1))
    assert said.penalty == 1
    said = entered(record_of(status=Status.REJECTED, manual=[]), late=timedelta(hours=3))
    assert (said.grades["test_double"], said.grades["why"]) == ((0, False), (0, False))
    assert said.penalty == 1  # the one of the submission that was marked


def test_a_penalty_is_asked_for_once_the_points_are_there_and_taken_away_in_time(entered, record_of):
    penalties = Penalties()
    assert entered(record_of(2.5), penalties, late=timedelta(hours=2)).penalty == 2
    assert penalties.asked == [("ada", 2.5, 7200)]
    assert entered(record_of(2.5), penalties).penalty is None
    assert len(penalties.asked) == 1


def test_the_score_is_that_of_the_gradebook_with_penalty_and_a_persons_points(entered, record_of, url):
    assert entered(record_of(2.5), late=timedelta(hours=2)).score == Score(0.5, 4, 6)
    with Gradebook(url, "cs231n") as gradebook:
        gradebook.find_grade("test_double", NAME, NAME, "ada").manual_score = 3.0
        gradebook.find_grade("why", NAME, NAME, "ada").manual_score = 1.0
        gradebook.db.commit()
    penalties = Penalties()
    assert entered(record_of(2.5), penalties, late=timedelta(hours=1)).score == Score(3, 7, 3)
    assert penalties.asked == [("ada", 4, 3600)], "a penalty may be a share of the points, a person's included"


def test_a_course_without_penalties_sets_none(entered, record_of):
    penalties = Penalties(wanted=False)
    assert entered(record_of(2.5), penalties, late=timedelta(hours=2)).penalty is None
    assert penalties.asked == []


def penalties_with(steps, penalty):
    """Return the penalties of a course whose plugin always says the same."""

    class Plugin(BasePlugin):  # type: ignore[misc]  # nbgrader has no types
        def late_submission_penalty(self, *_asked):
            return penalty

    config = Config()
    config.AssignLatePenalties.plugin_class = Plugin
    return LatePenalties(SimpleNamespace(autograde_preprocessors=steps, config=config), NAME)


@pytest.mark.parametrize("steps", [[AssignLatePenalties], ["nbgrader.preprocessors.AssignLatePenalties"]])
def test_penalties_are_wanted_where_the_configuration_has_their_step(steps):
    assert penalties_with(steps, None).wanted
    assert not penalties_with([], None).wanted


def test_a_penalty_takes_no_more_than_there_is_and_is_noted_for_the_journal(caplog):
    penalties = penalties_with([AssignLatePenalties], 9)
    with caplog.at_level(logging.WARNING):
        assert penalties.penalty("ada", 2.5, 60) == 2.5
    assert caplog.messages[0] == "ada is 60 seconds late; penalty: 9"
    assert penalties_with([AssignLatePenalties], None).penalty("ada", 2.5, 60) is None
    assert penalties.penalty("ada", 2.5, 0) is None
