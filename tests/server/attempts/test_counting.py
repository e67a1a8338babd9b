"""The rules decide which attempt counts, whenever something has changed; only what changed is entered anew."""

from datetime import timedelta

import pytest

from autograder.course.handing_in import Counts, Rules
from autograder.server.attempts.counting import recount, to_enter
from autograder.server.tables import Attempt, Event, Extension, Job, JobKind, JobState, Marking, State
from tests.support.school import NOON

NAME = "rnn_captioning"


class Class:
    def __init__(self, school):
        self.school, self.database = school, school.database
        self.course = school.server.courses["vision"].id

    def attempt(self, number, score=None, state=State.MARKED, **fields):
        received = NOON + timedelta(hours=number)
        attempt_id = self.school.attempt("ada", number, state=state, received_at=received, **fields)
        if score is not None:
            with self.database.writing() as session:
                job = Job(attempt_id=attempt_id, kind=JobKind.LIVE, state=JobState.DONE, queued_at=NOON, seconds={})
                session.add(job)
                session.flush()
                marking = Marking(
                    attempt_id=attempt_id,
                    job_id=job.id,
                    claim=1,
                    made_at=NOON,
                    status="marked",
                    score=score,
                    max_score=92,
                    problems={},
                    mistakes={},
                    kit_version="",
                    basis_sha256="",
                )
                session.add(marking)
                session.flush()
                session.get_one(Attempt, attempt_id).marking_id = marking.id
        return attempt_id

    def count(self, **rules):
        with self.database.writing() as session:
            person = self.school.person("ada", session).id
            found = recount(session, Rules(**rules), self.course, NAME, person, NOON)
        return found and found.number

    def enter(self):
        """Enter what has to be, and return the numbers of the attempts."""
        waiting = to_enter(self.database, self.course, NAME)
        with self.database.writing() as session:
            for one in waiting:
                session.get_one(Attempt, one.attempt.id).entered_at = NOON
        return [one.attempt.number for one in waiting]


@pytest.fixture
def ours(either_school):
    return Class(either_school)


def test_the_last_one_that_is_marked_counts(ours):
    assert ours.count() is None
    ours.attempt(1, 80)
    assert ours.count() == 1
    ours.attempt(2, state=State.MARKING)
    ours.attempt(3, state=State.FOR_A_PERSON)
    assert ours.count() == 1
    ours.attempt(4, 10)
    assert ours.count() == 4
    with ours.database.reading() as session:
        assert [one.number for one in session.query(Attempt).filter_by(counts=True)] == [4]
        assert [one.kind for one in session.query(Event)] == ["counts", "counts"]


def test_the_best_one_counts_after_its_penalty(ours):
    for number, score in ((1, 80), (2, 90), (3, 50)):
        ours.attempt(number, score)
    due = NOON + timedelta(minutes=90)
    assert ours.count(counts=Counts.BEST) == 2
    assert ours.count(counts=Counts.BEST, due=due, late_days=2, penalty_per_day=0.5) == 1


def test_the_chosen_one_counts(ours):
    ours.attempt(1, 80, chosen_at=NOON)
    ours.attempt(2, 90)
    assert ours.count(counts=Counts.CHOSEN) == 1


def test_an_extension_makes_what_was_too_late_count_and_tells_how_late_it_is_now(ours):
    attempt_id = ours.attempt(3, 80)
    due = NOON + timedelta(hours=1)
    assert ours.count(due=due) is None
    with ours.database.writing() as session:
        ada, ina = (ours.school.person(login, session).id for login in ("ada", "ina"))
        extended = NOON + timedelta(hours=2)
        session.add(
            Extension(course_id=ours.course, assignment=NAME, person_id=ada, due_at=extended, by_id=ina, at=NOON)
        )
    assert ours.count(due=due, late_days=1) == 3
    with ours.database.reading() as session:
        assert session.get_one(Attempt, attempt_id).late_seconds == 3600


def test_what_is_in_the_gradebook_and_counts_no_longer_is_taken_out_of_it(ours):
    ours.attempt(1, 80)
    ours.count()
    assert ours.enter() == [1]
    assert ours.count(due=NOON) is None
    assert [one.attempt.counts for one in to_enter(ours.database, ours.course, NAME)] == [False]
    # Another one takes its place.
    ours.attempt(0, 70)
    assert ours.count(due=NOON) == 0
    assert [one.attempt.number for one in to_enter(ours.database, ours.course, NAME)] == [0]


def test_what_counts_is_entered_once_and_again_when_it_counts_anew_or_is_late_otherwise(ours):
    ours.attempt(1, 80)
    ours.count()
    assert ours.enter() == [1]
    ours.count()
    assert ours.enter() == []
    ours.attempt(2, 70)
    ours.count()
    assert ours.enter() == [2]
    ours.count(counts=Counts.BEST)
    assert ours.enter() == [1]
    ours.count(counts=Counts.BEST, due=NOON, late_days=3)
    assert ours.enter() == [1]


def test_a_refused_one_counts_only_where_nothing_is_marked(ours):
    ours.attempt(1, 0, State.REFUSED)
    assert ours.count() == 1
    assert ours.enter() == [1]
    ours.attempt(2, 5)
    ours.attempt(3, 0, State.REFUSED)
    assert ours.count() == 2
