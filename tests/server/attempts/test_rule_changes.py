"""Rules that change hold for what is there already; a file that is half written keeps nobody from handing in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autograder.course import handing_in
from autograder.course.course import CourseError
from autograder.server.attempts.rule_changes import RuleWatch
from autograder.server.tables import Attempt, Job, JobKind, JobState, Marking
from tests.support.school import NOON, make_school

NAME = "rnn_captioning"
HEAD = 'zone = "UTC"\n[rnn_captioning]\n'
# Noon is NOON.
DUE_AT_NOON = HEAD + "due = 2026-11-29T12:00:00\nlate_days = 1\npenalty_per_day = 0.1\n"


@pytest.fixture
def school(tmp_path, monkeypatch):
    monkeypatch.setattr(handing_in, "assignment_names", lambda _course: [NAME])
    made = make_school(tmp_path, assignments=[NAME])
    yield made
    made.database.close()


@pytest.fixture
def course(school):
    return school.server.courses["vision"]


@pytest.fixture
def watch(school):
    woken = []
    made = RuleWatch(replace(school.server, wake=lambda *what: woken.append(what)))
    made.woken = woken  # type: ignore[attr-defined]
    return made


def write(course, text):
    (course.course.root / "handing_in.toml").write_text(text)


def marked(school, login, number, score, after):
    """Add an attempt that was marked and entered."""
    attempt_id = school.attempt(login, number, received_at=NOON + after, entered_at=NOON)
    with school.database.writing() as session:
        job = Job(attempt_id=attempt_id, kind=JobKind.LIVE, state=JobState.DONE, queued_at=NOON)
        session.add(job)
        session.flush()
        marking = Marking(
            attempt_id=attempt_id, job_id=job.id, claim=1, made_at=NOON, status="marked", score=score, max_score=10,
            problems={}, mistakes={}, kit_version="", basis_sha256="",
        )  # fmt: skip
        session.add(marking)
        session.flush()
        session.get_one(Attempt, attempt_id).marking_id = marking.id
    return attempt_id


def standing(school, *ids):
    """Return of each attempt whether it counts, how late it is, and whether it is entered."""
    with school.database.reading() as session:
        rows = [session.get_one(Attempt, one) for one in ids]
        return [(one.counts, one.late_seconds, one.entered_at is not None) for one in rows]


def test_a_due_time_that_moves_holds_for_what_is_there(school, course, watch):
    in_time = marked(school, "ada", 1, 5.0, timedelta(hours=-1))
    late = marked(school, "ada", 2, 9.0, timedelta(hours=1))
    too_late = marked(school, "ada", 3, 10.0, timedelta(days=2))
    ids = (in_time, late, too_late)
    write(course, DUE_AT_NOON)
    assert watch.look(NOON) == 1
    assert standing(school, *ids) == [(False, 0, False), (True, 3600, False), (False, 172_800, False)]
    write(course, DUE_AT_NOON.replace("11-29T12", "12-02T12"))
    assert watch.look(NOON) == 1
    assert [counts for counts, _, _ in standing(school, *ids)] == [False, False, True]
    assert watch.woken == [(course.id, NAME)] * 2


def test_a_penalty_that_changes_is_entered_again_though_what_counts_stays(school, course, watch):
    late = marked(school, "ada", 1, 9.0, timedelta(hours=1))
    write(course, DUE_AT_NOON)
    watch.look(NOON)
    with school.database.writing() as session:
        session.get_one(Attempt, late).entered_at = NOON
    write(course, DUE_AT_NOON.replace("0.1", "0.25"))
    watch.look(NOON)
    assert standing(school, late) == [(True, 3600, False)]


def test_nothing_is_counted_anew_while_the_rules_stay(school, course, watch):
    marked(school, "ada", 1, 9.0, timedelta(hours=1))
    write(course, DUE_AT_NOON)
    assert [watch.look(NOON), watch.look(NOON)] == [1, 0]
    write(course, DUE_AT_NOON + "\n# a comment\n")
    assert watch.look(NOON) == 0


def test_another_course_is_left_alone(school, course, watch):
    theirs = marked(school, "otto", 1, 9.0, timedelta(hours=1))
    write(course, DUE_AT_NOON)
    watch.look(NOON)
    assert standing(school, theirs) == [(True, 0, False)], "counted by the defaults of its own course"


def test_while_the_file_is_wrong_the_rules_of_before_hold_and_staff_can_read_why(course):
    write(course, DUE_AT_NOON)
    before = course.rules(NAME)
    write(course, DUE_AT_NOON + "late_dys = 3\n")
    assert course.rules(NAME) == before
    assert "late_dys is not known: did you mean late_days?" in course.rules_fault
    write(course, DUE_AT_NOON + "attempts_in_all = 3\n")
    assert course.rules(NAME).in_all == 3
    assert course.rules_fault == ""


def test_a_file_that_is_wrong_from_the_beginning_is_an_error(course):
    write(course, "due = 1")
    with pytest.raises(CourseError):
        course.rules(NAME)
