"""Every hand-in is marked once, whatever happens to workers; what is wrong with one does not stop the others."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
from collections import deque
from types import SimpleNamespace

import pytest
from rich.console import Console

from autograder.course.course import CourseError
from autograder.course.results import Record, Status
from autograder.grading import run as run_module
from autograder.grading.journal import Journal
from autograder.grading.progress import Progress
from autograder.grading.run import AHEAD, FAULTS, KILLS, ONLY_SENT, ClassList, ClassRun
from autograder.grading.submitted import Submission
from autograder.grading.task import Begun, Done, Failed, Killed, Lost, Reply

STUDENTS = [f"s{number}" for number in range(6)]


class Workers:
    """Workers of which a test decides what becomes of what they are sent."""

    slots = 2

    def __init__(self, fate):
        self._fate, self._events, self.tells = fate, deque(), True
        self.sent, self.most, self._there = [], 0, 0

    def send(self, key, task, *, run=True):
        self.sent.append((task.student, run))
        self._there += 1
        self.most = max(self.most, self._there)
        sending = SimpleNamespace(key=key, task=task, run=run, number=[who for who, _ in self.sent].count(task.student))
        if self.tells:
            self._events.append(Begun(key, "here", 1))
        self._events.append(self._fate(sending))

    def next(self, _seconds):
        if not self._events:
            return None
        event = self._events.popleft()
        self._there -= not isinstance(event, Begun)
        return event


def record(student, status=Status.MARKED):
    return Record(
        assignment="arithmetic",
        student=student,
        sha256="",
        status=status,
        score=4,
        max_score=10,
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0,
    )


def done(sending, **log):
    lines = ({"id": sending.task.id, "event": "marked", **log},)
    return Done(sending.key, Reply(sending.task.id, record(sending.task.student), b"", {}, lines))


@pytest.fixture
def submitted(tmp_path):
    """Return the hand-ins of a class."""
    made = []
    for student in STUDENTS:
        folder = tmp_path / "submitted" / student / "arithmetic"
        folder.mkdir(parents=True)
        (folder / "arithmetic.ipynb").write_text(student)
        made.append(Submission(student, folder))
    return made


@pytest.fixture
def mark(assignment, submitted, tmp_path):
    """Return a function that marks the class on such workers, and returns what came of each hand-in."""

    def run(workers, submissions=None, came=None, writing=lambda: None):
        came = [] if came is None else came

        def write(submission, digest, reply):
            writing()
            came.append((submission, digest, reply))

        with Journal(tmp_path / "log.jsonl", "run") as journal, Progress(6, 0, Console(file=io.StringIO())) as progress:
            one = ClassRun(assignment, workers, write, journal, progress)
            one.mark(ClassList(submitted if submissions is None else submissions, "run"))
        return came

    return run


def statuses(came):
    return {sub.student: reply.record.status for sub, _, reply in came}


def test_each_hand_in_is_marked_once_and_no_more_are_sent_than_workers_take(mark):
    workers = Workers(done)
    came = mark(workers)
    assert [sub.student for sub, _, _ in came] == STUDENTS
    assert workers.sent == [(student, True) for student in STUDENTS]
    assert workers.most == AHEAD * workers.slots


def test_files_on_their_way_are_bounded_in_bytes_but_one_is_always_sent(mark, monkeypatch):
    monkeypatch.setattr(run_module, "BYTES", 3)
    workers = Workers(done)
    assert len(mark(workers)) == 6
    assert workers.most == 2


def test_the_digest_is_that_of_the_bytes_that_were_sent(mark, submitted):
    came = mark(Workers(done))
    assert [digest for _, digest, _ in came] == [one.digest() for one in submitted]
    assert len({digest for _, digest, _ in came}) == 6


def nest(folder):
    """Make a path that is longer than the system takes."""
    place, name = os.open(folder, os.O_RDONLY), "d" * 250
    for _ in range(17):
        os.mkdir(name, dir_fd=place)
        inner = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


@pytest.mark.parametrize(
    "spoil",
    [
        nest,
        lambda folder: (folder / "timestamp.txt").mkdir(),
        lambda folder: (folder / "timestamp.txt").write_text("9" * 5_000_000),
        lambda folder: os.mkfifo(folder / "pipe.py"),
        lambda folder: (folder / "link").symlink_to("/"),
    ],
)
def test_what_one_hand_ins_own_names_and_bytes_make_go_wrong_is_its_own_and_the_class_goes_on(mark, submitted, spoil):
    spoil(submitted[0].folder)
    workers = Workers(done)
    came = mark(workers)
    assert statuses(came) == {"s0": Status.REJECTED} | dict.fromkeys(STUDENTS[1:], Status.MARKED)
    (note,) = came[0][2].record.notes
    assert len(str(note)) < 300
    assert "s0" not in dict(workers.sent)


@pytest.mark.parametrize("event", [lambda key: Killed(key, 1), Lost, lambda key: Failed(key, KeyError("x"))])
def test_what_is_lost_with_its_worker_is_marked_elsewhere_after_the_others(mark, event):
    workers = Workers(lambda one: event(one.key) if one.task.student == "s0" and one.number == 1 else done(one))
    came = mark(workers)
    assert [sub.student for sub, _, _ in came] == [*STUDENTS[1:], "s0"]
    assert set(statuses(came).values()) == {Status.MARKED}


def test_a_hand_in_that_keeps_killing_workers_is_made_ready_for_a_person_and_the_class_goes_on(mark):
    workers = Workers(lambda one: Killed(one.key, 1) if one.task.student == "s0" and one.run else done(one))
    came = mark(workers)
    assert workers.sent.count(("s0", True)) == KILLS
    assert workers.sent.count(("s0", False)) == 1
    assert len(came) == 6


def test_what_only_waited_at_a_worker_that_ended_is_less_under_suspicion(mark):
    workers = Workers(lambda one: Killed(one.key, 1) if one.task.student == "s0" and one.run else done(one))
    workers.tells = False
    mark(workers)
    assert workers.sent.count(("s0", True)) == KILLS / ONLY_SENT


def test_even_reading_it_may_kill_workers(mark):
    came = mark(Workers(lambda one: Killed(one.key, 4) if one.task.student == "s0" else done(one)))
    assert statuses(came) == {"s0": Status.GRADER_ERROR} | dict.fromkeys(STUDENTS[1:], Status.MARKED)
    reply = came[-1][2]
    assert reply.notebook is None
    assert all(problem.unresolved for problem in reply.record.problems)


def test_what_fails_again_and_again_in_the_grader_is_left_to_a_person(mark):
    workers = Workers(lambda one: Failed(one.key, KeyError("x")) if one.task.student == "s0" and one.run else done(one))
    mark(workers)
    assert workers.sent.count(("s0", True)) == FAULTS


def test_ctrl_c_waits_until_what_came_of_a_hand_in_is_written(mark):
    before, came = signal.getsignal(signal.SIGINT), []
    with pytest.raises(KeyboardInterrupt):
        mark(Workers(done), came=came, writing=lambda: signal.raise_signal(signal.SIGINT))
    assert len(came) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_pressed_twice_stops_at_once(mark):
    def press_twice():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    came = []
    with pytest.raises(KeyboardInterrupt):
        mark(Workers(done), came=came, writing=press_twice)
    assert came == []


def test_what_is_wrong_with_the_course_stops_the_run(mark):
    with pytest.raises(CourseError, match="another salt"):
        mark(Workers(lambda one: Failed(one.key, CourseError("another salt"))))


def test_a_hand_in_with_a_link_is_refused_and_not_sent(mark, submitted):
    (submitted[2].folder / "link.ipynb").symlink_to("/etc/passwd")
    workers = Workers(done)
    came = mark(workers)
    assert statuses(came)["s2"] is Status.REJECTED
    assert "s2" not in [student for student, _ in workers.sent]


@pytest.mark.parametrize("linked", ["", "arithmetic"])
def test_a_hand_in_that_is_a_link_is_not_known_by_what_somebody_else_handed_in(mark, tmp_path, linked):
    (tmp_path / "ada" / "arithmetic").mkdir(parents=True)
    (tmp_path / "ada" / "arithmetic" / "arithmetic.ipynb").write_text("hers")
    link = tmp_path / "bob" / linked
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(tmp_path / "ada" / linked)
    came = mark(Workers(done), [Submission("bob", tmp_path / "bob" / "arithmetic")])
    ((_, _, reply),) = came
    assert (reply.record.status, reply.record.sha256) == (Status.REJECTED, hashlib.sha256(b"").hexdigest())


def test_a_hand_in_that_is_gone_is_left_to_a_person(mark, submitted, tmp_path):
    gone = Submission("gone", tmp_path / "gone")
    assert statuses(mark(Workers(done), [gone, *submitted]))["gone"] is Status.GRADER_ERROR


def test_each_line_about_a_hand_in_bears_its_id(mark, tmp_path):
    fates = {1: lambda one: Killed(one.key, 1), 2: lambda one: done(one, score=4)}
    mark(Workers(lambda one: fates[one.number](one) if one.task.student == "s3" else done(one)))
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    mine = [line for line in lines if line["id"] == "run-00004"]
    assert [line["event"] for line in mine] == ["sent", "begun", "worker ended", "sent", "begun", "marked", "finished"]
    assert {line["student"] for line in mine} == {"s3"}
    assert {line["run"] for line in lines} == {"run"}
