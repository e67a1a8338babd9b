"""A marker marks what comes from the queue as a class run marks a list; nothing is lost, and nothing done twice."""

from __future__ import annotations

import dataclasses
import errno
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from autograder.course.results import Status, read_record
from autograder.grading.journal import Journal
from autograder.grading.run import ClassRun
from autograder.grading.task import Done, Failed, Killed, Reply
from autograder.server.attempts import queue
from autograder.server.attempts.storage import Storage
from autograder.server.marking import marker as module
from autograder.server.marking.marker import Marker, listen
from autograder.server.marking.order import Order
from autograder.server.tables import Job, JobState, Marking, State
from tests.grading.test_run import Workers
from tests.server.marked import NAME, make_marked, record_of


def done(sending: Any, **points: Any) -> Done:
    lines = ({"id": sending.task.id, "event": "page made", "seconds": 0.25},)
    return Done(
        sending.key, Reply(sending.task.id, record_of(sending.task.student, **points), None, {}, lines, "<html>")
    )


@pytest.fixture
def ours(assignment, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.0)
    made = make_marked(assignment, tmp_path / "data")
    yield made
    made.database.close()


@pytest.fixture
def marker(ours, tmp_path, monkeypatch):
    # It would interrupt these tests, some seconds after one of them has stopped it.
    monkeypatch.setattr(Marker, "_stop_run", lambda _self: None)
    order = Order("m1", str(tmp_path), "", ours.course.id, "cs231n", str(ours.course.course.root), NAME)
    entering: Any = SimpleNamespace(wake=lambda: None)
    settings: Any = SimpleNamespace(basis="what it depends on")
    return Marker(order, ours.database, ours.storage, ours.course, settings, entering, ours.clock)


@pytest.fixture
def run(ours, marker, tmp_path):
    """Return a function that marks with such workers until nothing waits, and then stops the marker."""

    def mark(fate):
        def tell(_waiting, _workers):
            with ours.database.reading() as session:
                left = session.query(Job).filter(Job.state.in_([JobState.QUEUED, JobState.LEASED])).count()
            ours.clock.forward(seconds=5)  # waits between tries pass
            if not left:
                marker._stopping.set()

        marker.display.tick = tell
        workers: Any = Workers(fate)
        with Journal(tmp_path / "log.jsonl", "run") as journal:
            ClassRun(ours.assignment, workers, marker.finish, journal, marker.display).mark(marker)
        return workers

    return mark


def states(ours, *attempts):
    return [ours.attempt(one).state for one in attempts]


def test_what_waits_is_marked_once_with_the_number_of_its_attempt(ours, marker, run):
    attempts = [ours.put("ada", 1), ours.put("ada", 2), ours.put("ben", 1)]
    workers = run(done)
    assert sorted(workers.sent) == [("ada", True), ("ada", True), ("ben", True)]
    assert states(ours, *attempts) == [State.MARKED] * 3
    with ours.database.reading() as session:
        made = session.query(Marking).all()
        assert {one.basis_sha256 for one in made} == {"what it depends on"}
        assert {one.seconds["page"] for one in session.query(Job)} == {0.25}
        assert {"sent", "marked", "written"} <= session.query(Job).first().seconds.keys()
    records = [read_record(ours.storage.marking(one) / "record.json") for one in made]
    assert sorted((one.student, one.attempt) for one in records) == [("ada", 1), ("ada", 2), ("ben", 1)]


def test_a_submission_that_ends_its_workers_is_left_to_a_person_and_the_others_go_on(ours, run):
    bad, good = ours.put("bad"), ours.put("ada")
    run(lambda one: Killed(one.key, 1) if one.task.student == "bad" and one.run else grader_error(one))
    assert states(ours, bad, good) == [State.FOR_A_PERSON, State.MARKED]


def grader_error(one):
    return done(one, status=Status.MARKED if one.run else Status.GRADER_ERROR)


def test_what_the_grader_fails_on_is_left_to_a_person(ours, run):
    bad = ours.put("bad")
    run(lambda one: Failed(one.key, ValueError("boom")) if one.run else grader_error(one))
    assert states(ours, bad) == [State.FOR_A_PERSON]


def test_a_result_of_a_claim_that_was_taken_over_is_dropped_and_the_run_goes_on(ours, run):
    attempt = ours.put("ada")

    def slow(sending):
        if len(sent) == 0:
            sent.append(sending)
            # Meanwhile another has taken it, and has finished.
            queue.release(ours.database, "m1", ours.clock(), "it seemed dead")
            ours.clock.forward(minutes=2)
            ours.finish(ours.take("m2"), record_of("ada", double=1))
        return done(sending)

    sent: list[Any] = []
    run(slow)
    with ours.database.reading() as session:
        (marking,) = session.query(Marking).all()
        assert marking.score == 7
    assert states(ours, attempt) == [State.MARKED]


def test_a_database_that_is_gone_for_a_moment_costs_nothing(ours, run, monkeypatch):
    monkeypatch.setattr(module, "DATABASE_SECONDS", (0.0,))
    attempt, gone = ours.put("ada"), iter(range(6))
    writing = ours.database.writing

    def sometimes():
        if next(gone, None) is not None:
            raise OperationalError("", {}, Exception("gone"))
        return writing()

    monkeypatch.setattr(ours.database, "writing", sometimes)
    run(done)
    assert states(ours, attempt) == [State.MARKED]
    assert next(gone, None) is None


def test_a_disk_that_is_full_for_a_moment_costs_nothing(ours, run, monkeypatch):
    monkeypatch.setattr(module, "DATABASE_SECONDS", (0.0,))
    attempt, full, write = ours.put("ada"), iter(range(3)), Storage.write_marking

    def sometimes(*arguments):
        if next(full, None) is not None:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(*arguments)

    monkeypatch.setattr(Storage, "write_marking", sometimes)
    run(done)
    assert states(ours, attempt) == [State.MARKED]
    assert next(full, None) is None
    with ours.database.reading() as session:
        assert session.query(Job).one().tries == 1


def test_a_disk_that_fails_in_another_way_ends_it(marker):
    def fail():
        raise OSError(errno.EIO, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        marker.patiently(fail)


def test_a_marker_that_stops_takes_nothing_more(ours, marker):
    ours.put("ada")
    woken = threading.Event()
    marker.wake_workers = woken.set
    marker.stop()
    assert (marker.open, woken.is_set()) == (False, True)


def test_what_the_supervisor_says_wakes_it_and_the_end_of_that_stops_it(marker, monkeypatch):
    said = []
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=[b"\n", b"\n"]))
    monkeypatch.setattr(Marker, "look", lambda _self: said.append("look"))
    monkeypatch.setattr(Marker, "stop", lambda _self: said.append("stop"))
    listen(marker)
    assert said == ["look", "look", "stop"]


def test_leases_are_renewed_while_the_run_goes_on_and_run_out_when_it_hangs(ours, marker, monkeypatch):
    ours.put("ada")
    (ticket,) = marker.take(1)
    claim = ticket.submission.claim
    monkeypatch.setattr(queue, "HEARTBEAT_SECONDS", 0.001)
    renewed = threading.Event()
    renew = queue.renew

    def note(*arguments):
        renew(*arguments)
        renewed.set()

    monkeypatch.setattr(queue, "renew", note)
    ours.clock.forward(seconds=20)
    ended = threading.Event()
    thread = threading.Thread(target=marker.keep_leases, args=(ended,))
    thread.start()
    assert renewed.wait(60)
    with ours.database.reading() as session:
        assert session.get_one(Job, claim.job_id).lease_until == ours.clock() + queue.LEASE
    hung = threading.Event()
    monkeypatch.setattr(module.log, "error", lambda *_: hung.set())
    monkeypatch.setattr(module, "STUCK_SECONDS", -1.0)
    assert hung.wait(60)
    ended.set()
    thread.join()


def test_what_changes_what_is_marked_with_stops_it_so_that_another_begins(ours, marker, monkeypatch):
    monkeypatch.setattr(module, "STALE_SECONDS", 0.001)
    marker.settings = module.settings_of(ours.assignment, marker.order)
    ended, stale = threading.Event(), threading.Event()
    thread = threading.Thread(target=module.watch_basis, args=(marker, marker.order, ended, stale))
    (ours.course.course.root / "handing_in.toml").write_text(f"[{NAME}]\nhints_from_attempt = 3\n")
    thread.start()
    thread.join(60)
    assert stale.is_set()
    assert not marker.open
    assert dataclasses.replace(marker.settings, hints_from=3) == module.settings_of(ours.assignment, marker.order)
