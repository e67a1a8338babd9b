"""`autograder grade` as a command: processes are killed, and every hand-in is marked once all the same."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from autograder.course import Course
from autograder.gradebook import record_file
from autograder.results import Status, read_record

DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x / 2, None"
# Each process of the command finds the tests' assignment, as this one does.
FINDS = """
    import os
    from pathlib import Path

    from autograder import assignment, release, solved

    root = Path(os.environ["TESTED"])
    assignment.ASSIGNMENTS = root / "assignments"
    for module in (assignment, release, solved):
        module.KIT_ROOT = root / "kit"
"""
STEP = 0.02
MOST = 60.0


class Command:
    """The command, and what it left.

    Args:
        course: Whose class is marked.
        folder: A scratch folder.
    """

    def __init__(self, course: Course, folder: Path) -> None:
        self.course = course
        (folder / "sitecustomize.py").write_text(textwrap.dedent(FINDS))
        places = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.environment = {**os.environ, "PYTHONPATH": places, "TESTED": str(course.root.parent)}
        self.started: list[psutil.Process] = []

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start a program of this Python in the course's folder."""
        process = subprocess.Popen(
            [sys.executable, *words], cwd=self.course.root, env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
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

    def statuses(self) -> dict[str, Status]:
        """Return what came of each hand-in."""
        folder = record_file(self.course.records, "arithmetic", "x").parent
        return {file.stem: read_record(file).status for file in folder.glob("*.json")}

    def until(self, fits: Callable[[], bool], process: subprocess.Popen[str]) -> None:
        """Wait until something is so, or the process has ended."""
        deadline = time.monotonic() + MOST
        while process.poll() is None and not fits():
            assert time.monotonic() < deadline, "it took too long"
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
def command(course, tmp_path) -> Iterator[Command]:
    """Return the command; in the end none of its processes may live."""
    made = Command(course, tmp_path)
    try:
        yield made
        deadline = time.monotonic() + MOST
        while made.left() and time.monotonic() < deadline:
            time.sleep(STEP)
        assert not made.left()
    finally:
        for process in made.left():
            process.kill()


def kill(pid: object) -> None:
    """Kill a process that may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(int(str(pid)), signal.SIGKILL)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Return a program's exit code and what it printed."""
    said, _ = process.communicate(timeout=MOST)
    return process.returncode, said


def test_a_class_is_marked_as_nbgrader_marks_it_and_then_nothing_is_left_to_do(
    command, course, rounds, by_nbgrader, hand_in
):
    pass


def test_killed_workers(command, course, tools):
    for number in range(8):
        tools.write_hand_in(course, DOUBLE, HALVE, student=f"s{number}")
    run = command.grade("--jobs", "2")
    killed: set[object] = set()

    def kill_some() -> bool:
        for line in command.lines():
            if line["event"] == "begun" and len(killed) < 3 and line["pid"] not in killed:
                killed.add(line["pid"])
                kill(line["pid"])
        return False

    command.until(kill_some, run)
    code, said = ended(run)
    print(said)
    assert code == 0
    assert command.statuses() == {f"s{number}": Status.MARKED for number in range(8)}
    assert len(killed) == 3
    code, said = ended(command.grade())
    print(said)
    assert code == 0
