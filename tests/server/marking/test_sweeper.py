"""Whatever is stuck is found, said, and put right; what goes well is left alone."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from autograder.server.attempts.queue import LEASE, TRIES
from autograder.server.marking.sweeper import ORPHAN_SECONDS, ORPHANS_EACH, Sweeper
from autograder.server.tables import Job, JobState, State
from tests.server.attempts.test_queue import Line


@pytest.fixture
def line(either_school):
    return Line(either_school)


@pytest.fixture
def sweeper(line):
    return Sweeper(line.database, line.school.server.storage)


def found(sweeper, line):
    return {kind: count for kind, count in sweeper.sweep(line.clock()).items() if count}


def test_what_goes_well_is_left_alone(line, sweeper):
    line.put("ada")
    line.put("ben")
    (claim,) = line.take()
    line.begin(claim)
    line.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert found(sweeper, line) == {}
    assert line.job(claim).state is JobState.LEASED


def test_a_lease_that_has_run_out_is_given_to_another(line, sweeper):
    attempt_id = line.put("ada")
    (claim,) = line.take()
    line.begin(claim)
    line.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert found(sweeper, line) == {"overdue": 1}
    assert line.state(attempt_id) is State.QUEUED
    line.clock.forward(seconds=2)
    assert line.take(owner="m2")[0].attempt_id == attempt_id
    assert sweeper.found["overdue"] == 1


def test_a_lease_of_before_the_clock_was_put_back_has_run_out(line, sweeper):
    line.put("ada")
    line.take()
    line.clock.forward(hours=-1)
    assert found(sweeper, line) == {"overdue": 1}


def test_what_no_marker_survives_is_left_to_a_person(line, sweeper):
    attempt_id = line.put("ada")
    for _ in range(TRIES):
        (claim,) = line.take()
        line.begin(claim)
        line.clock.forward(minutes=2)
        sweeper.sweep(line.clock())
        line.clock.forward(minutes=2)
    assert line.take() == []
    assert line.state(attempt_id) is State.FOR_A_PERSON


def test_an_attempt_that_waits_without_a_job_gets_one(line, sweeper):
    attempt_id = line.put("ada")
    with line.database.writing() as session:
        session.execute(delete(Job))
    assert found(sweeper, line) == {"jobless": 1}
    assert line.take()[0].attempt_id == attempt_id


def test_an_attempt_that_nobody_marks_waits_again(line, sweeper):
    attempt_id = line.put("ada")
    (claim,) = line.take()
    line.begin(claim)
    with line.database.writing() as session:
        session.execute(update(Job).values(state=JobState.GIVEN_UP))
    assert found(sweeper, line) == {"unclaimed": 1, "jobless": 1}
    assert line.take()[0].attempt_id == attempt_id


def test_folders_of_uploads_that_were_cut_short_are_removed_when_they_are_old(line, sweeper):
    storage = line.school.server.storage
    kept = line.put("ada")
    for attempt_id in (kept, "ab" * 16, "cd" * 16):
        (storage.begin_attempt(attempt_id) / "rnn.ipynb").write_text("x")
    then = (line.clock() - timedelta(seconds=ORPHAN_SECONDS + 1)).timestamp()
    for attempt_id in (kept, "ab" * 16):
        os.utime(storage.attempt(attempt_id), (then, then))
    now = line.clock().timestamp()
    os.utime(storage.attempt("cd" * 16), (now, now))
    assert found(sweeper, line) == {"orphan": 1}
    assert sorted(folder.name for folder in storage.attempts.glob("*/*")) == sorted([kept, "cd" * 16])
    os.utime(storage.attempt("cd" * 16), (then, then))
    # Looked for now and then only.
    for _ in range(ORPHANS_EACH - 1):
        assert found(sweeper, line) == {}
    assert found(sweeper, line) == {"orphan": 1}


def test_what_was_marked_is_never_removed_though_the_database_does_not_know_it(line, sweeper):
    """The database is another one, or an older one: what is there has a receipt."""
    storage = line.school.server.storage
    then = (line.clock() - timedelta(seconds=ORPHAN_SECONDS + 1)).timestamp()
    for attempt_id in ("ab" * 16, "cd" * 16):
        (storage.begin_attempt(attempt_id) / "rnn.ipynb").write_text("x")
    storage.write_marking("cd" * 16, 1, 1, {"record.json": b"{}"})
    for attempt_id in ("ab" * 16, "cd" * 16):
        os.utime(storage.attempt(attempt_id), (then, then))
    assert found(sweeper, line) == {}
    assert len(list(storage.attempts.glob("*/*"))) == 2
