"""What one marking costs besides running the student's own cells: wall and CPU time of ``autograder mark``.

Marks the solution, all cells, in a process of its own, as the command does. The **student's own** share is what the
kernel's process used while it ran cells; everything else is the kit: starting Python, the zygote, kernels, hidden tests
and the calls that they make.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder import cli
from autograder.course.paths import KIT_ROOT
from autograder.marking.execution.outcome import Outcome
from autograder.marking.execution.session import Session
from benchmarks.results import add_json, save

NAME = "rnn_captioning"
SOLVED = KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb"
TIMES = 5


class CellTimes:
    """Adds up what cells take, from the grader's side of `Session.run`."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0
        self._run = Session.run

    def run(self, session: Session, index: int, seconds: float | None = None) -> Outcome:
        """Run a cell as the session does."""
        wall, cpu = time.perf_counter(), session._process.cpu_seconds()
        try:
            return self._run(session, index, seconds)
        finally:
            self.wall += time.perf_counter() - wall
            self.cpu += session._process.cpu_seconds() - cpu


def mark_once(level: str) -> None:
    """Run the command in this process, and print what the cells took as the last line."""
    times = CellTimes()

    def timed(session: Session, index: int, seconds: float | None = None) -> Outcome:
        return times.run(session, index, seconds)

    Session.run = timed  # type: ignore[method-assign]
    options = ("--all-cells", "--level", level, "--allow-weaker-isolation")
    sys.argv = ["autograder", "mark", NAME, str(SOLVED), *options]
    try:
        cli.main()
    finally:
        print(json.dumps({"wall": times.wall, "cpu": times.cpu}))


def measure(level: str) -> dict[str, float]:
    """Mark in a fresh process and return seconds: the whole, and of it what the cells took."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.marking", "--once", "--level", level]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cells: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall": wall, "cells' wall": cells["wall"], "cpu": cpu, "cells' cpu": cells["cpu"]}


def main() -> None:
    """Print the medians."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", type=int, default=TIMES, help="how often")
    options.add_argument("--level", default="full", help="of isolation")
    options.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    add_json(options)
    given = options.parse_args()
    if given.once:
        mark_once(given.level)
        return
    runs = [measure(given.level) for _ in range(given.times)]
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    table = Table(title=f"Seconds, medians of {given.times} markings", title_justify="left", box=SIMPLE_HEAD)
    for column in ("", "whole", "student's own cells", "the kit"):
        table.add_column(column, justify="right" if column else "left")
    for name in ("wall", "cpu"):
        whole, cells = median[name], median[f"cells' {name}"]
        table.add_row(name, f"{whole:.2f}", f"{cells:.2f}", f"{whole - cells:.2f} ({(whole - cells) / whole:.0%})")
    Console().print(table)
    save(given.json, "marking", {"times": given.times, "level": given.level, "medians": median})


if __name__ == "__main__":
    main()
