"""The graders that are compared: how each marks a class, and what it says of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.course.course import Course
from benchmarks.courses import NAME, PROGRAMS, environment
from benchmarks.measuring import Usage, measure
from benchmarks.results import cores

MARKED = "marked"
PEERS = Path(__file__).resolve().parents[1] / ".venv-bench"


class BenchError(Exception):
    """A grader did not do what is measured; the message says what it printed, or where."""


@dataclass(frozen=True)
class Marking:
    """What came of marking a class.

    Attributes:
        hand_ins: How many there were.
        marked: To how many it gave marks.
        usage: What the command used.
        students: CPU seconds of the kernels that students' code runs in; None where the grader does not tell.
    """

    hand_ins: int
    marked: int
    usage: Usage
    students: Students | None = None

    @property
    def seconds(self) -> float:
        """Seconds for each hand-in."""
        return self.usage.wall / self.hand_ins

    @property
    def cpu(self) -> float:
        """CPU seconds for each hand-in, everything counted."""
        return self.usage.cpu / self.hand_ins

    @property
    def own(self) -> float | None:
        """The grader's own CPU seconds for each hand-in: all but those of kernels."""
        return None if self.students is None else self.cpu - self.students.both / self.hand_ins

    @property
    def besides_cells(self) -> float | None:
        """All CPU seconds for each hand-in but those of students' cells: the most that can be called the grader's."""
        return None if self.students is None else self.cpu - self.students.cells / self.hand_ins

    @property
    def busy(self) -> float | None:
        """The share of the cores' time in which students' own cells ran."""
        return None if self.students is None else self.students.cells / (self.usage.wall * cores())

    def figures(self) -> dict[str, Any]:
        """Return everything, for the file of figures."""
        found: dict[str, Any] = {
            "hand_ins": self.hand_ins,
            "marked": self.marked,
            "wall": self.usage.wall,
            "seconds_per_hand_in": self.seconds,
            "cpu_per_hand_in": self.cpu,
            "peak_bytes_of_main_process": self.usage.peak,
        }
        if self.students is not None:
            found["students_cells_cpu"], found["students_calls_cpu"] = self.students.cells, self.students.calls
            found["own_cpu_per_hand_in"] = self.own
            found["cpu_besides_cells_per_hand_in"] = self.besides_cells
            found["cores_busy_with_students_cells"] = self.busy
        return found


@dataclass(frozen=True)
class Students:
    """CPU seconds of the kernels that students' code runs in.

    What a kernel used last that ended by itself is not known to the grader, and counts as the grader's own.

    Attributes:
        cells: While cells ran.
        calls: Besides: their start, and while hidden tests' calls were served.
    """

    cells: float
    calls: float

    @property
    def both(self) -> float:
        """All of it."""
        return self.cells + self.calls


def mark_with_stock(root: Path, hand_ins: int, log: Path) -> Marking:
    """Mark a class with ``nbgrader autograde``; a hand-in that it gives up has no autograded folder."""
    usage = measure([PROGRAMS / "nbgrader", "autograde", NAME], root, environment(), log)
    marked = len(list(root.glob(f"autograded/*/{NAME}/{NAME}.ipynb")))
    if not marked:
        raise BenchError(f"nbgrader autograde has marked nothing: see {log}")
    return Marking(hand_ins, marked, usage)


def mark_with_grade(course: Course, hand_ins: int, log: Path, *options: str) -> Marking:
    """Mark a class with ``autograder grade``.

    Raises:
        BenchError: It has not marked everything.
    """
    usage = measure([PROGRAMS / "autograder", "grade", NAME, *options], course.root, environment(), log)
    lines = list(marked_lines(course))
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as gradebook:
        graded = len(gradebook.assignment_submissions(NAME))
    if usage.code != 0 or not len(lines) == graded == hand_ins:
        raise BenchError(
            f"autograder grade ended with {usage.code}; of {hand_ins} hand-ins {graded} are in the gradebook and "
            f"{len(lines)} in the journal: see {log}"
        )
    students = Students(sum(line["cells_cpu"] for line in lines), sum(line["calls_cpu"] for line in lines))
    if students.both > usage.cpu:
        raise BenchError(
            f"students' code used {students.both:.1f} CPU s, more than the {usage.cpu:.1f} s of everything"
        )
    return Marking(hand_ins, len(lines), usage, students)


def marked_lines(course: Course) -> Iterator[dict[str, Any]]:
    """Yield what the journals of a course say of each hand-in that was marked."""
    for file in sorted(course.logs.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            entry: dict[str, Any] = json.loads(line)
            if entry.get("event") == MARKED:
                yield entry


def mark_with_otter(root: Path, files: list[Path], programs: Path, log: Path) -> Marking:
    """Mark hand-ins with ``otter run``, one after the other; one that it gives up has no results."""
    usages, marked = [], 0
    results = root / "results.json"
    for file in files:
        results.unlink(missing_ok=True)
        command = (programs / "otter", "run", "-a", "autograder.zip", "-o", ".", file)
        usages.append(measure(command, root, environment(programs), log))
        marked += results.is_file()
    if not marked:
        raise BenchError(f"otter run has marked nothing: see {log}")
    whole = Usage(
        max(usage.code for usage in usages),
        sum(usage.wall for usage in usages),
        sum(usage.cpu for usage in usages),
        max(usage.peak for usage in usages),
    )
    return Marking(len(files), marked, whole)


def otter_programs(peers: Path) -> Path | None:
    """Return where ``otter`` is installed, None when it is not."""
    programs = peers / "bin"
    return programs if shutil.which("otter", path=str(programs)) else None
