"""Markers run while they are needed, come back when they die, and leave nothing that another could not take."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace

import pytest

from autograder.server.attempts import queue
from autograder.server.marking import supervisor
from autograder.server.marking.order import STALE_EXIT
from autograder.server.marking.supervisor import MarkerSettings, Supervisor
from autograder.server.marking.sweeper import Sweeper
from autograder.server.tables import Attempt, Job, JobKind, JobState, State
from tests.support.school import make_school

NAME = "rnn_captioning"
# Says what it was told, line by line, and ends when its input does.
STUB = """
import os, sys
said = open(sys.argv[1], "a", buffering=1)
for line in sys.stdin:
    said.write(line if line.strip() else "woken\\n")
    if len(sys.argv) > 2:
        os._exit(int(sys.argv[2]))
said.write("stopped\\n")
"""
MOST = 60.0
# What `Watch` does by hand.
WATCHING = Supervisor._watch


class Watch:
    """A supervisor of stubs, which is looked at by hand."""

    def __init__(self, school, folder, monkeypatch):
        self.school, self.said = school, folder / "said"
        self.said.touch()
        course = school.server.courses["vision"]
        server = replace(school.server, courses={"vision": replace(course, assignments={NAME: None})})
        self.one = Supervisor(server, MarkerSettings(jobs=3), Sweeper(school.database, server.storage))
        self.command()
        monkeypatch.setattr(Supervisor, "_watch", lambda _self: None)
        self.one.start()
        (self.watched,) = self.one.markers.values()

    def command(self, *more):
        self.one.command = (sys.executable, "-c", STUB, str(self.said), *map(str, more))

    def look(self):
        self.one._look_after(self.watched)

    def put(self, number=1):
        attempt_id = self.school.attempt("ada", number, state=State.QUEUED)
        with self.school.database.writing() as session:
            queue.put(session, session.get_one(Attempt, attempt_id), JobKind.LIVE, self.school.clock())
        return attempt_id

    def job(self):
        with self.school.database.reading() as session:
            return session.query(Job).one()

    def heard(self, text):
        """Wait until a stub has said something."""
        until = time.monotonic() + MOST
        while text not in self.said.read_text():
            assert time.monotonic() < until, self.said.read_text()
            time.sleep(0.005)

    def ended(self):
        self.watched.process.wait(MOST)
        self.look()


@pytest.fixture
def watch(tmp_path, monkeypatch):
    school = make_school(tmp_path)
    made = Watch(school, tmp_path, monkeypatch)
    yield made
    made.one.stop()
    school.database.close()


def test_an_assignment_that_is_open_has_a_marker_which_is_told_what_to_do(watch):
    watch.look()
    watch.heard("\n")
    order = json.loads(watch.said.read_text())
    course = watch.school.server.courses["vision"]
    assert (order["course_id"], order["assignment"], order["jobs"]) == (course.id, NAME, 3)
    assert order["owner"] == watch.watched.owner
    # The password of a database is in no command line.
    assert watch.school.database.url not in " ".join(watch.watched.process.args)
    watch.one.wake(course.id, NAME)
    watch.heard("woken")


def test_what_is_closed_has_none_until_there_is_something_to_mark(watch, monkeypatch):
    (watch.watched.course.course.root / "handing_in.toml").write_text(f"[{NAME}]\nopens = 2030-01-01T00:00:00\n")
    watch.look()
    assert watch.watched.process is None
    watch.put()
    watch.look()
    assert watch.watched.alive
    # And it ends when that is done, and nothing has come for a while.
    with watch.school.database.writing() as session:
        session.query(Job).one().state = JobState.DONE
    watch.look()
    assert watch.watched.alive
    monkeypatch.setattr(supervisor, "IDLE_SECONDS", -1.0)
    watch.look()
    watch.heard("stopped")


def test_what_a_dead_marker_had_is_given_back_at_once_and_another_starts_after_a_while(watch):
    watch.put()
    watch.look()
    first = watch.watched.owner
    course = watch.school.server.courses["vision"].id
    (claim,) = queue.take(watch.school.database, course, NAME, first, 1, watch.school.clock())
    queue.begin(watch.school.database, claim, watch.school.clock())
    os.kill(watch.watched.process.pid, signal.SIGKILL)
    watch.ended()
    assert (watch.job().state, watch.job().tries) == (JobState.QUEUED, 1)
    assert "ended with -9" in watch.job().fault
    assert watch.watched.process is None
    watch.watched.not_before = 0.0
    watch.look()
    assert watch.watched.alive
    assert watch.watched.owner != first


def test_one_that_dies_again_and_again_is_started_later_and_later(watch):
    watch.command(3)
    waits = []
    for _ in range(8):
        watch.look()
        watch.ended()
        waits.append(watch.watched.not_before - time.monotonic())
        watch.watched.not_before = 0.0
    rounded = [round(wait * 2) / 2 for wait in waits]
    assert rounded == sorted(rounded)
    assert watch.watched.wait == supervisor.RESTART_MOST
    assert watch.watched.restarts == 8


def test_one_that_ends_because_something_has_changed_is_followed_at_once(watch):
    watch.command(STALE_EXIT)
    watch.look()
    first = watch.watched.owner
    watch.ended()
    assert watch.watched.restarts == 0
    assert watch.watched.alive
    assert watch.watched.owner != first


def test_a_server_that_stops_stops_its_markers_and_takes_back_what_they_leave(watch):
    watch.put()
    watch.look()
    course = watch.school.server.courses["vision"].id
    queue.take(watch.school.database, course, NAME, watch.watched.owner, 1, watch.school.clock())
    watch.one.stop()
    watch.heard("stopped")
    assert (watch.job().state, watch.job().tries) == (JobState.QUEUED, 0)


def test_a_server_that_was_killed_left_leases_which_the_next_gives_back(tmp_path, monkeypatch):
    school = make_school(tmp_path)
    watch = Watch(school, tmp_path, monkeypatch)
    watch.put()
    queue.take(school.database, school.server.courses["vision"].id, NAME, "of before", 1, school.clock())
    Watch(school, tmp_path, monkeypatch).one.stop()
    assert watch.job().state is JobState.QUEUED
    watch.one.stop()
    school.database.close()


def test_waking_never_waits_however_little_a_marker_reads(watch):
    watch.one.command = (sys.executable, "-c", "import time; time.sleep(600)")
    watch.look()
    for _ in range(100_000):
        watch.one.wake(watch.watched.course.id, NAME)
    watch.watched.process.kill()
    watch.watched.process.wait(MOST)
    watch.one.wake(watch.watched.course.id, NAME)


def test_what_keeps_it_from_starting_a_marker_passes(watch, monkeypatch):
    failed = threading.Event()
    monkeypatch.setattr(supervisor.log, "error", lambda *_arguments, **_more: failed.set())
    watch.one.command = ("/no/such/program",)
    thread = threading.Thread(target=WATCHING, args=(watch.one,))
    watch.one._threads.append(thread)
    thread.start()
    assert failed.wait(MOST)
    watch.command()
    watch.one._look.set()
    watch.heard("\n")
