"""What a person sees of a run: a line for each hand-in, or a live display in a terminal."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from autograder.course.results import Record, Status
from autograder.course.score import Score
from autograder.grading.progress import Progress, clock

SCORE = Score(4.5, 10, 3)


def record(student, status=Status.MARKED, notes=()):
    return Record(
        assignment="arithmetic",
        student=student,
        sha256="",
        status=status,
        score=4.5,
        max_score=10,
        notes=list(notes),
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0,
    )


def shown(terminal, steps, unchanged=0):
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=terminal, color_system=None)
    with Progress(3, unchanged, console) as progress:
        for step in steps:
            step(progress)
            progress.tick(1, 2)
            if terminal:
                console.print(progress._shown())
    console.print(progress.summary())
    return stream.getvalue()


def test_elsewhere_than_in_a_terminal_there_is_a_line_for_each_hand_in():
    text = shown(
        False,
        [
            lambda one: one.begin("ada"),
            lambda one: one.finish(record("ada"), SCORE),
            lambda one: one.finish(record("bob", Status.REJECTED, ["no notebook"]), SCORE),
            lambda one: one.finish(record("cyd", Status.GRADER_ERROR), SCORE),
        ],
    )
    assert text.splitlines()[:3] == [
        "[1/3] ada: 4.5 of 10 so far, 3 wait for a person",
        "[2/3] bob: refused: no notebook",
        "[3/3] cyd: for a person to look at: the grader failed on it",
    ]
    assert "\x1b" not in text


def test_a_terminal_shows_who_is_being_marked_what_failed_the_rate_and_the_time_left():
    text = shown(
        True,
        [
            lambda one: one.begin("ada"),
            lambda one: one.begin("bob"),
            lambda one: one.end("ada"),
            lambda one: one.finish(record("ada", Status.GRADER_ERROR), SCORE),
        ],
    )
    assert "2 workers: ada (0 s), bob (0 s)" in text
    assert "1/3" in text
    assert "1 failed" in text
    assert "a minute" in text
    assert "left" in text
    assert text.rindex("2 workers: bob (0 s)") > text.rindex("ada (0 s)")


def test_time_counts_from_when_marking_begins():
    progress = Progress(3, 0, Console(file=io.StringIO()))
    assert progress._bars.tasks[0].elapsed is None
    with progress:
        assert progress._bars.tasks[0].elapsed is not None


def test_the_summary_is_a_sentence_that_counts_every_hand_in():
    text = shown(
        False,
        [
            lambda one: one.finish(record("ada"), SCORE),
            lambda one: one.finish(record("bob", Status.REJECTED, ["no notebook"]), SCORE),
        ],
        unchanged=5,
    )
    assert re.fullmatch(
        r"1 hand-in marked in 0:0\d, \d\.\d\d s each; 1 refused, because they are no hand-ins; "
        r"5 unchanged since they were marked; 1 not marked yet\.",
        "".join(text.splitlines()[2:]),
    )


def test_what_could_not_be_written_has_no_score():
    assert "[1/3] ada: not written" in shown(False, [lambda one: one.finish(record("ada"), None)])


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (61.4, "1:01"), (3599.9, "1:00:00"), (7322, "2:02:02")])
def test_times_are_shown_for_people(seconds, text):
    assert clock(seconds) == text
