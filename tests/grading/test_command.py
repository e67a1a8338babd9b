"""`autograder grade` as a command: processes are killed, and every hand-in is marked once all the same."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from autograder.course.course import Course
from autograder.course.results import Record, Status, read_record
from autograder.nbgrader_plugins.save_grades import record_file

DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x / 2, None"
STEP = 0.02
MOST = 240.0


class Command:
    """The command, and what it left.

    Args:
        course: Whose class is marked.
    """

    def __init__(self, course: Course) -> None:
        self.course = course
        self.started: list[psutil.Process] = []

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a program of this Python in the course's folder."""
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=self.course.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(psutil.Process(process.pid))
        return process

    def grade(self, *options: str) -> subprocess.Popen[str]:
        """Start `autograder grade`."""
        return self.start("-m", "autograder.cli", "grade", "arithmetic", *options)

    def lines(self) -> list[dict[str, object]]:
        """Return the lines of all logs so far."""
        texts = "".join(file.read_text() for file in sorted(self.course.logs.glob("*.jsonl"))).splitlines()
        found = []
        for text in texts:
            with contextlib.suppress(ValueError):  # it is being written
                found.append(json.loads(text))
        return found

    def records(self) -> dict[str, Record]:
        """Return the record of each hand-in, by student."""
        folder = record_file(self.course.records, "arithmetic", "x").parent
        return {file.stem: read_record(file) for file in sorted(folder.glob("*.json"))}

    def statuses(self) -> dict[str, Status]:
        """Return what came of each hand-in."""
        return {student: record.status for student, record in self.records().items()}

    def until(self, fits: Callable[[], bool], process: subprocess.Popen[str]) -> None:
        """Wait until something is so, or the process has ended."""
        deadline = time.monotonic() + MOST
        while process.poll() is None and not fits():
            assert time.monotonic() < deadline, "it took too long"
            time.sleep(STEP)

    def until_all_have_ended(self) -> None:
        """Wait until no process lives that belongs to those which were started."""
        deadline = time.monotonic() + MOST
        while left := self.left():
            assert time.monotonic() < deadline, f"processes that outlive their command: {left}"
            time.sleep(STEP)

    def left(self) -> list[psutil.Process]:
        """Return the processes that belong to those which were started, and still live."""
        sessions = {process.pid for process in self.started}
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found


@pytest.fixture
def graded() -> Iterator[Callable[[Course], Command]]:
    """Return a function that returns the command for a course; in the end none of its processes may live."""
    made: list[Command] = []

    def command(course: Course) -> Command:
        made.append(Command(course))
        return made[-1]

    try:
        yield command
        for one in made:
            one.until_all_have_ended()
    finally:
        for process in (process for one in made for process in one.left()):
            process.kill()


def kill(pid: object) -> None:
    """Kill a process that may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(str(pid)), signal.SIGKILL)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return a program's exit code and what it printed."""
    said, _ = process.communicate(timeout=MOST)
    return process.returncode, said


def students_of(tools, course: Course, count: int) -> set[str]:
    """Write hand-ins of so many students, all right, and return their ids."""
    names = {f"s{number}" for number in range(count)}
    for name in names:
        tools.write_hand_in(course, DOUBLE, HALVE, student=name)
    return names


def events(command: Command, name: str) -> list[str]:
    """Return the students of whom something is told in the logs."""
    return [str(line.get("student")) for line in command.lines() if line["event"] == name]


def test_a_class_is_marked_as_by_nbgrader_and_then_nothing_is_left(writable, tools, rounds, by_nbgrader, graded):
    command = graded(writable)
    rounds.handed_in[0](writable, tools)
    code, said = ended(command.grade())
    assert code == 0, said
    came, wanted = rounds.state(writable), by_nbgrader[0]
    assert came.gradebook == wanted.gradebook
    assert came.refused == wanted.refused
    assert came.files == wanted.files
    assert "refused" in said
    before = {file: file.stat().st_mtime_ns for file in writable.classroom.rglob("*.json")}
    code, said = ended(command.grade())
    assert (code, "unchanged since they were marked" in said) == (0, True), said
    assert {file: file.stat().st_mtime_ns for file in writable.classroom.rglob("*.json")} == before
    assert rounds.state(writable).gradebook == wanted.gradebook


@pytest.mark.thorough
def test_workers_that_are_killed_cost_no_hand_in(course, tools, graded):
    command, names = graded(course), students_of(tools, course, 8)
    run = command.grade("--jobs", "2")
    killed: set[object] = set()

    def kill_some() -> bool:
        for line in command.lines():
            if line["event"] == "begun" and len(killed) < 3 and line["pid"] not in killed:
                killed.add(line["pid"])
                kill(line["pid"])
        return len(killed) == 3

    command.until(kill_some, run)
    code, said = ended(run)
    assert code == 0, said
    assert command.statuses() == dict.fromkeys(names, Status.MARKED)
    assert sorted(events(command, "finished")) == sorted(names)
    assert events(command, "worker ended")


@pytest.mark.thorough
def test_a_run_that_was_killed_or_stopped_goes_on_where_it_was(course, tools, graded):
    command, names = graded(course), students_of(tools, course, 12)
    run = command.grade("--jobs", "2")
    command.until(lambda: len(events(command, "finished")) > 1, run)
    run.kill()
    assert ended(run)[0] == -signal.SIGKILL
    command.until_all_have_ended()
    saved = set(command.statuses())
    assert saved
    assert saved < names
    run = command.grade("--jobs", "2")
    command.until(lambda: len(events(command, "finished")) > len(saved) + 2, run)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does
    code, said = ended(run)
    assert code == 130, said
    assert "What was marked is saved. Run the same command again to go on." in said
    assert "Traceback" not in said
    assert saved < set(command.statuses()) < names
    code, said = ended(command.grade())
    assert (code, set(command.statuses())) == (0, names), said
    written = events(command, "finished")
    # The kill may have fallen between a record and the line that tells of it, or the other way round.
    assert len(names) - 1 <= len(written) <= len(names) + 1


@pytest.mark.thorough
def test_a_cluster_that_runs_already_marks_the_class_though_a_worker_is_killed(course, tools, graded, tmp_path):
    command, names = graded(course), students_of(tools, course, 6)
    where, quiet = tmp_path / "scheduler.json", ["--no-dashboard"]
    options = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(where), *quiet]
    scheduler = command.start("-m", "distributed.cli.dask_scheduler", *options)
    command.until(where.exists, scheduler)
    address = json.loads(where.read_text())["address"]
    options = ["--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path), *quiet]
    others = [command.start("-m", "distributed.cli.dask_worker", address, *options) for _ in range(2)]
    run = command.grade("--scheduler", address)
    command.until(lambda: bool(events(command, "begun")), run)
    others[0].kill()
    code, said = ended(run)
    for one in (*others, scheduler):
        one.terminate()
        ended(one)
    assert code == 0, said
    assert command.statuses() == dict.fromkeys(names, Status.MARKED)
    assert sorted(events(command, "finished")) == sorted(names)


@pytest.mark.thorough
def test_what_a_corrected_test_would_change_is_shown_before_it_is_written(course, tools, rounds, graded):
    command = graded(course)
    tools.write_hand_in(course, DOUBLE, "def halve(x): return x, None", student="ada")
    tools.write_hand_in(course, DOUBLE, HALVE, student="bea")
    code, said = ended(command.grade())
    assert code == 0, said
    hidden = course.assignments / "arithmetic" / "hidden" / "test_halve.py"
    hidden.write_text(hidden.read_text().replace("reference.halve(x)[0]", "x"))
    before = rounds.state(course)
    code, said = ended(command.grade("--what-if"))
    assert (code, "Warning" in said) == (0, False), said
    for words in ("ada", "bea", "0 → 6", "6 → 0", "+values[1]", "Nothing was written."):
        assert words in said, said
    assert rounds.state(course) == before
    code, said = ended(command.grade("--never-lower"))
    assert code == 0, said
    assert {student: record.score for student, record in command.records().items()} == {"ada": 10, "bea": 10}
    lines = [json.loads(line) for line in (course.audit / "arithmetic.jsonl").read_text().splitlines()]
    assert sorted((line["student"], line["old"], line["new"], line["what"]) for line in lines) == [
        ("ada", 0, 6, "raised"),
        ("bea", 6, 6, "kept"),
    ]
