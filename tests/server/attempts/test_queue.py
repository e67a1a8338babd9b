"""Jobs are taken by lease, in a fair order; what is stale changes nothing, and nothing is tried for ever."""

from collections import Counter
from datetime import timedelta

import pytest

from autograder.server.attempts import queue
from autograder.server.attempts.queue import LEASE, TRIES, Fairness
from autograder.server.tables import Attempt, Event, Job, JobKind, JobState, State

NAME = "rnn_captioning"


class Line:
    """The queue of a server with people, on a clock that goes when it is told to."""

    def __init__(self, school):
        self.school, self.database, self.clock = school, school.database, school.clock
        self.course = school.server.courses["vision"].id

    def put(self, login, number=1, kind=JobKind.LIVE):
        """Queue an attempt of a student's, a second after what was queued last."""
        self.clock.forward(seconds=1)
        attempt_id = self.school.attempt(login, number, state=State.QUEUED)
        return self.queue(attempt_id, kind)

    def queue(self, attempt_id, kind=JobKind.LIVE):
        with self.database.writing() as session:
            queue.put(session, session.get_one(Attempt, attempt_id), kind, self.clock())
        return attempt_id

    def take(self, most=1, owner="m1", **fairness):
        return queue.take(self.database, self.course, NAME, owner, most, self.clock(), Fairness(**fairness))

    def job(self, claim):
        with self.database.reading() as session:
            return session.get_one(Job, claim.job_id)

    def state(self, attempt_id):
        with self.database.reading() as session:
            return session.get_one(Attempt, attempt_id).state

    def done(self, claim):
        with self.database.writing() as session:
            job = queue.held(session, claim)
            job.state, job.finished_at, job.lease_until = JobState.DONE, self.clock(), None

    def begin(self, claim):
        return queue.begin(self.database, claim, self.clock())

    def events(self, attempt_id):
        with self.database.reading() as session:
            return [one.kind for one in session.query(Event).filter_by(attempt_id=attempt_id).order_by(Event.id)]


@pytest.fixture
def line(either_school):
    return Line(either_school)


def test_who_has_waited_longest_comes_first(line):
    first, second = line.put("ada"), line.put("ben")
    assert [claim.attempt_id for claim in line.take(2)] == [first, second]
    assert line.take() == []


def test_of_one_student_the_newest_comes_first(line):
    line.put("ada", 1)
    line.put("ada", 2)
    newest = line.put("ada", 3)
    (claim,) = line.take()
    assert (claim.attempt_id, claim.attempt_number, claim.student) == (newest, 3, "ada")


def test_one_student_does_not_fill_the_queue(line):
    for number in (1, 2, 3, 4):
        line.put("ada", number)
    line.put("ben")
    taken = line.take(5)
    assert Counter(claim.student for claim in taken) == {"ada": 2, "ben": 1}
    # When one is done, the next of theirs may be taken.
    line.done(taken[0])
    assert [claim.student for claim in line.take(5)] == ["ada"]


def test_students_take_turns(line):
    for number in (1, 2, 3):
        line.put("ada", number)
    for number in (1, 2):
        line.put("ben", number)
    order = []
    while claims := line.take():
        line.clock.forward(seconds=1)
        line.begin(claims[0])
        order.append(claims[0].student)
        line.done(claims[0])
    assert order == ["ada", "ben", "ada", "ben", "ada"]


def test_live_goes_before_regrades_which_go_on_when_nobody_waits(line):
    old = line.school.attempt("ada", 1)
    line.queue(old, JobKind.REGRADE)
    live = line.put("ben")
    assert [claim.attempt_id for claim in line.take(2)] == [live, old]
    # To its student, an attempt that is marked again stays marked.
    assert line.state(old) is State.MARKED


def test_another_assignments_or_courses_jobs_are_not_taken(line):
    attempt_id = line.put("ada")
    with line.database.writing() as session:
        session.get_one(Attempt, attempt_id).assignment = "other"
    line.put("otto")
    assert line.take(5) == []


def test_a_student_is_told_that_marking_has_begun_when_it_has(line):
    attempt_id = line.put("ada")
    (claim,) = line.take()
    assert line.state(attempt_id) is State.QUEUED
    assert line.begin(claim)
    assert line.state(attempt_id) is State.MARKING
    assert line.events(attempt_id) == ["queued", "marking"]


def test_a_claim_that_somebody_else_has_taken_over_changes_nothing(line):
    attempt_id = line.put("ada")
    (old,) = line.take(owner="slow")
    line.begin(old)
    queue.release(line.database, "slow", line.clock(), "it seemed dead")
    line.clock.forward(minutes=1)
    (new,) = line.take(owner="m2")
    assert new.number == old.number + 1
    assert not line.begin(old)
    assert not queue.fail(line.database, old, "late", line.clock())
    with line.database.writing() as session:
        assert queue.held(session, old) is None
        assert queue.held(session, new) is not None
    queue.renew(line.database, [old], line.clock() + timedelta(hours=1))
    assert line.job(new).lease_until == line.clock() + LEASE
    assert line.state(attempt_id) is State.QUEUED


def test_a_lease_is_renewed_by_who_has_it(line):
    line.put("ada")
    (claim,) = line.take()
    line.clock.forward(seconds=20)
    queue.renew(line.database, [claim], line.clock())
    assert line.job(claim).lease_until == line.clock() + LEASE


def test_what_fails_is_tried_again_later_and_later_and_then_left_to_a_person(line):
    attempt_id, waits = line.put("ada"), []
    for _ in range(TRIES):
        (claim,) = line.take()
        line.begin(claim)
        queue.fail(line.database, claim, "boom", line.clock())
        job = line.job(claim)
        if job.state is JobState.QUEUED:
            assert line.take() == []
            waits.append((job.not_before - line.clock()).total_seconds())
            line.clock.now = job.not_before
    assert waits == [1, 2, 4, 8, 16, 32, 60]
    assert (job.state, job.fault, line.state(attempt_id)) == (JobState.GIVEN_UP, "boom", State.FOR_A_PERSON)
    assert line.events(attempt_id)[-1] == "for_a_person"
    assert line.take() == []


def test_what_a_marker_that_stops_gives_back_is_no_try_and_waits_for_nothing(line):
    attempt_id = line.put("ada")
    for _ in range(3 * TRIES):
        (claim,) = line.take()
        line.begin(claim)
        assert queue.release(line.database, "m1", line.clock()) == [attempt_id]
    assert line.job(claim).tries == 0
    assert line.state(attempt_id) is State.QUEUED


def test_what_a_dead_marker_had_not_begun_is_no_try(line):
    line.put("ada")
    line.put("ben")
    begun, sent = line.take(2)
    line.begin(begun)
    queue.release(line.database, "m1", line.clock(), "killed")
    assert (line.job(begun).tries, line.job(sent).tries) == (1, 0)
    assert line.job(sent).fault == "killed"


def test_a_wait_that_was_set_before_the_clock_was_put_back_is_over(line):
    line.put("ada")
    (claim,) = line.take()
    line.begin(claim)
    queue.fail(line.database, claim, "boom", line.clock())
    line.clock.forward(hours=-1)
    assert len(line.take()) == 1


def test_places_count_those_who_come_before_and_expect_what_was_measured(line):
    for number in range(3):
        attempt_id = line.put("ada", number + 1)
        (claim,) = line.take()
        line.begin(claim)
        line.clock.forward(seconds=4)
        line.done(claim)
    line.put("ada", 10)
    line.put("ada", 11)
    line.put("ben", 10)
    (claim,) = line.take()
    line.begin(claim)
    line.clock.forward(seconds=1)
    with line.database.reading() as session:
        found = queue.places(session, line.course, NAME, line.clock(), 1)
        each = queue.usual_seconds(session, line.course, NAME)
    by_number = {(attempt_id[:16], int(attempt_id[16:], 16)): place for attempt_id, place in found.items()}
    ada, ben = (f"{line.school.person(login).id:016x}" for login in ("ada", "ben"))
    assert each == 4
    assert (by_number[ada, 11].ahead, by_number[ada, 11].seconds) == (0, 3)
    assert {by_number[ben, 10].ahead, by_number[ada, 10].ahead} == {1, 2}
    assert {by_number[ben, 10].seconds, by_number[ada, 10].seconds} == {8, 12}
    assert attempt_id not in found


def test_two_markers_never_take_the_same(line):
    for number in (1, 2):
        line.put("ada", number)
        line.put("ben", number)
    taken = [*line.take(1, "m1"), *line.take(1, "m2"), *line.take(1, "m1"), *line.take(1, "m2")]
    assert len({claim.job_id for claim in taken}) == 4
