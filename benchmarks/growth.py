"""Whether ``autograder grade`` keeps its pace and its memory in large classes: 50, 500 and 2,000 hand-ins.

The hand-ins are ten that are quick to mark, repeated under other ids, and only the cells that marks need are run.
**Pace** is the whole command's time for each hand-in, **memory** the most that its main process has held.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.contenders import Marking, mark_with_grade
from benchmarks.courses import NAME, prepare
from benchmarks.hand_ins import quick_class
from benchmarks.results import Aim, add_json, aims_table, at_most, cores, save

SIZES = (50, 500, 2000)
MEGABYTE = 1e6


def grow(sizes: list[int], scratch: Path, console: Console) -> dict[int, Marking]:
    """Mark a class of each size and return what came of it."""
    hand_ins = quick_class(Assignment(Course(KIT_ROOT), NAME))
    prepared = prepare(scratch / "prepared")
    markings = {}
    for size in sizes:
        console.print(f"{size} hand-ins ...", highlight=False)
        course = prepared.copy(scratch / str(size), hand_ins, size)
        markings[size] = mark_with_grade(course, size, scratch / "grade.log")
        shutil.rmtree(course.root)
    return markings


def aims_of(markings: dict[int, Marking]) -> list[Aim]:
    """Return what was aimed at."""
    small, large = markings[min(markings)], markings[max(markings)]
    peak = max(marking.usage.peak for marking in markings.values()) / MEGABYTE
    what = f"s per hand-in at {max(markings):,}, more than at {min(markings):,} by"
    return [
        at_most(what, 0.10, large.seconds / small.seconds - 1, "{:.0%}"),
        at_most("most memory of the main process, MB", 400, peak, "{:.0f}"),
    ]


def table_of(markings: dict[int, Marking]) -> Table:
    """Return the sizes as a table."""
    table = Table(title=f"Classes of several sizes on {cores()} cores", title_justify="left", box=SIMPLE_HEAD)
    for column in ("hand-ins", "wall s", "s each", "CPU s each", "of it own", "memory of main, MB"):
        table.add_column(column, justify="right")
    for size, marking in markings.items():
        table.add_row(
            f"{size:,}",
            f"{marking.usage.wall:.1f}",
            f"{marking.seconds:.3f}",
            f"{marking.cpu:.2f}",
            f"{marking.own:.2f}",
            f"{marking.usage.peak / MEGABYTE:.0f}",
        )
    return table


def sizes_in(text: str) -> list[int]:
    """Return the sizes that are given with commas between them, in increasing order.

    Raises:
        ValueError: It is no such list.
    """
    sizes = sorted({int(part) for part in text.split(",")})
    if sizes[0] < 1:
        raise ValueError(f"a class has at least 1 hand-in, not {sizes[0]}")
    return sizes


def main() -> None:
    """Mark classes, print tables, leave the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--growth", type=sizes_in, default=list(SIZES), metavar="N,N,N", help="sizes of classes")
    options.add_argument("--scratch", type=Path, help="folder for courses; a GB for the time being")
    add_json(options)
    given = options.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.scratch) as scratch:
        markings = grow(given.growth, Path(scratch), console)
    console.print(table_of(markings))
    aims = aims_of(markings)
    console.print(aims_table(aims))
    figures = {"sizes": {str(size): marking.figures() for size, marking in markings.items()}}
    save(given.json, "growth", figures, aims)


if __name__ == "__main__":
    main()
