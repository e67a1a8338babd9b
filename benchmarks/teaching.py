"""What diagnosis and follow-through cost: the demo class marked with both and without either, side by side.

Each time the class is marked in a process of its own, hand-in by hand-in, as nbgrader does: what is known of
misconceptions is computed once in it.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.demo import pupils_of, write_submission
from autograder.kernel.sandbox.levels import best
from autograder.marking import problem
from autograder.marking.mark_file import mark_file
from benchmarks.results import add_json, save

NAME = "rnn_captioning"
TIMES = 3


def mark_class(folder: Path, teaching: bool) -> dict[str, float]:
    """Mark the hand-ins in a folder in this process, and return seconds and points."""
    if not teaching:
        problem.diagnose = lambda *_arguments: []  # type: ignore[assignment]
        problem.replaceable = lambda *_arguments: []  # type: ignore[assignment]
    assignment = Assignment(Course(KIT_ROOT), NAME)
    started, points = time.perf_counter(), 0.0
    for file in sorted(folder.glob(f"*/{NAME}/{NAME}.ipynb")):
        record, _ = mark_file(assignment, file, level=best())
        points += record.score
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return {"wall": time.perf_counter() - started, "cpu": cpu, "points": points}


def measure(folder: Path, teaching: bool) -> dict[str, float]:
    """Mark the class in a fresh process."""
    asked = ["--once", str(folder), *(["--teaching"] if teaching else [])]
    command = [sys.executable, "-m", "benchmarks.teaching", *asked]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return found


def compare(times: int) -> dict[str, dict[str, float]]:
    """Print medians, and return them."""
    with tempfile.TemporaryDirectory() as submitted:
        assignment = Assignment(Course(KIT_ROOT), NAME)
        for pupil in pupils_of(assignment):
            write_submission(assignment, pupil, Path(submitted))
        runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
        for _ in range(times):
            for teaching, found in runs.items():
                found.append(measure(Path(submitted), teaching))
    table = Table(
        "", "wall, s", "grader's CPU, s", "points", title=f"The demo class, medians of {times}", box=SIMPLE_HEAD
    )
    medians = {
        teaching: {key: statistics.median(one[key] for one in found) for key in found[0]}
        for teaching, found in runs.items()
    }
    for teaching, median in medians.items():
        title = "with diagnosis and follow-through" if teaching else "without"
        table.add_row(title, f"{median['wall']:.1f}", f"{median['cpu']:.1f}", f"{median['points']:g}")
    more = {key: 100 * (medians[True][key] / medians[False][key] - 1) for key in ("wall", "cpu")}
    table.add_row("more", f"{more['wall']:.0f} %", f"{more['cpu']:.0f} %", "")
    Console().print(table)
    return {"with": medians[True], "without": medians[False]}


def main() -> None:
    """Compare, or mark once."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=TIMES, help="how often")
    options.add_argument("--once", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options.add_argument("--teaching", action="store_true", help=argparse.SUPPRESS)
    add_json(options)
    given = options.parse_args()
    if given.once:
        print(json.dumps(mark_class(given.once, given.teaching)))
    else:
        save(given.json, "teaching", {"times": given.times, "medians": compare(given.times)})


if __name__ == "__main__":
    main()
