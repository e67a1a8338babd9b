"""A class of 40 mixed hand-ins, marked by stock nbgrader, by ``autograder grade`` in two ways, and by otter-grader.

All run in turn on this machine, on the same hand-ins, with the same hidden tests and the same cells: the cells that
train on the whole data set are taken out of the assignment. Linear algebra has one thread everywhere, cells have the
same limit. Stock nbgrader and otter mark one hand-in after the other, ``autograder grade`` on all cores. A grader's
**own** CPU time is that of all its processes less that of the kernels, in which students' code runs.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.limits import Limits
from autograder.course.paths import KIT_ROOT
from autograder.kernel.sandbox.levels import best
from benchmarks.contenders import (
    PEERS,
    Marking,
    mark_with_grade,
    mark_with_otter,
    mark_with_stock,
    otter_programs,
)
from benchmarks.courses import CELL_SECONDS, NAME, Prepared, otter_course, prepare, stock_course
from benchmarks.hand_ins import NEVER_ENDS, HandIn, mixed_class
from benchmarks.results import Aim, add_json, aims_table, at_least, at_most, cores, save

QUICK = 10
STOCK = "nbgrader autograde"
ALL_CELLS = "grade --all-cells"
NEEDED = "grade"
OTTER = "otter run"


class Bench:
    """Marks one class with each grader, in courses of one scratch folder.

    Args:
        prepared: The course that all are made like.
        scratch: The folder; made when it isn't there.
        console: Where it says what is going on.

    Attributes:
        markings: What came of it, by grader.
    """

    def __init__(self, prepared: Prepared, scratch: Path, console: Console) -> None:
        self._prepared, self._scratch, self._console = prepared, scratch, console
        self._log = scratch / "graders.log"
        scratch.mkdir(exist_ok=True)
        self.markings: dict[str, Marking] = {}

    def _say(self, name: str, hand_ins: list[HandIn]) -> None:
        self._console.print(f"{name}: hand-ins to mark: {len(hand_ins)}", highlight=False)

    def stock(self, hand_ins: list[HandIn]) -> None:
        """Mark with stock nbgrader."""
        root = stock_course(self._prepared, self._scratch / "stock", hand_ins)
        self._say(STOCK, hand_ins)
        self.markings[STOCK] = mark_with_stock(root, len(hand_ins), self._log)

    def grade(self, hand_ins: list[HandIn], name: str, *options: str) -> None:
        """Mark with ``autograder grade``."""
        course = self._prepared.copy(self._scratch / name.replace(" ", ""), hand_ins)
        self._say(name, hand_ins)
        self.markings[name] = mark_with_grade(course, len(hand_ins), self._log, *options)

    def otter(self, hand_ins: list[HandIn], programs: Path) -> None:
        """Mark with otter-grader."""
        root = self._scratch / "otter"
        files = otter_course(self._prepared, root, hand_ins, programs)
        self._say(OTTER, hand_ins)
        self.markings[OTTER] = mark_with_otter(root, files, programs, self._log)


def compare(hand_ins: list[HandIn], given: argparse.Namespace, bench: Bench) -> None:
    """Mark the class with each grader that is there."""
    bench.stock(hand_ins[: given.stock])
    bench.grade(hand_ins, ALL_CELLS, "--all-cells")
    bench.grade(hand_ins, NEEDED)
    programs = otter_programs(given.peers)
    if programs is not None:
        bench.otter(hand_ins[: given.otter], programs)


def compare_endless(bench: Bench) -> None:
    """Mark one hand-in with a cell that never ends, which each grader stops after the same seconds."""
    bench.stock([NEVER_ENDS])
    bench.grade([NEVER_ENDS], ALL_CELLS, "--all-cells")


def aims_of(markings: dict[str, Marking]) -> list[Aim]:
    """Return what was aimed at."""
    stock, same, needed = (markings[name] for name in (STOCK, ALL_CELLS, NEEDED))
    return [
        at_least("same cells: cores busy with students' own cells", 0.85, same.busy, "{:.0%}"),
        at_least("same cells: throughput, times stock nbgrader's", 2, stock.seconds / same.seconds),
        at_least("only what is needed: throughput, times stock's", 15, stock.seconds / needed.seconds, "{:.1f}"),
        at_most("only what is needed: the grader's own CPU s per hand-in", 0.3, needed.own),
        at_least("only what is needed: cores busy with students' own cells", 0.6, needed.busy, "{:.0%}"),
        Aim("the same, all counted but students' cells", "", f"{needed.besides_cells:.2f}", None),
    ]


def table_of(markings: dict[str, Marking], title: str) -> Table:
    """Return a comparison as a table."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("grader", no_wrap=True)
    for column in ("hand-ins", "marked", "s each", "x stock", "CPU s", "own", "busy"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, marking in markings.items():
        table.add_row(
            name,
            str(marking.hand_ins),
            str(marking.marked),
            f"{marking.seconds:.2f}",
            f"{markings[STOCK].seconds / marking.seconds:.1f}",
            f"{marking.cpu:.2f}",
            "" if marking.own is None else f"{marking.own:.2f}",
            "" if marking.busy is None else f"{marking.busy:.0%}",
        )
    return table


def main() -> None:
    """Compare, print tables, leave the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"a quarter of the class ({QUICK}), for trying")
    options.add_argument("--stock", type=int, metavar="N", help="mark only the first N with stock nbgrader")
    options.add_argument("--otter", type=int, metavar="N", help="mark only the first N with otter")
    options.add_argument("--peers", type=Path, default=PEERS, help=f"environment with otter (default: {PEERS.name})")
    options.add_argument("--no-endless", dest="endless", action="store_false", help="leave out cells without end")
    options.add_argument("--scratch", type=Path, help="folder for courses; some hundred MB for the time being")
    add_json(options)
    given = options.parse_args()
    hand_ins = mixed_class(Assignment(Course(KIT_ROOT), NAME))[: QUICK if given.quick else None]
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.scratch) as folder:
        prepared = prepare(Path(folder, "prepared"))
        whole, endless = (Bench(prepared, Path(folder, name), console) for name in ("class", "endless"))
        compare(hand_ins, given, whole)
        if given.endless:
            compare_endless(endless)
    aims = aims_of(whole.markings)
    show(hand_ins, whole.markings, endless.markings, console)
    console.print(aims_table(aims))
    figures = {
        "class": [{"name": one.name, "kind": one.kind} for one in hand_ins],
        "limits": {"cell": CELL_SECONDS, "test": Limits.test},
        "isolation": best(),
        "graders": {name: marking.figures() for name, marking in whole.markings.items()},
        "cell that never ends": {name: marking.figures() for name, marking in endless.markings.items()},
    }
    save(given.json, "class", figures, aims)


def show(hand_ins: list[HandIn], markings: dict[str, Marking], endless: dict[str, Marking], console: Console) -> None:
    """Print what came of it, and what the columns mean."""
    console.print(table_of(markings, f"A class on {cores()} cores"))
    if OTTER not in markings:
        console.print(f"{OTTER}: not installed; `make bench-peers` does that")
    mix = ", ".join(f"{count} {kind.value}" for kind, count in Counter(one.kind for one in hand_ins).items())
    console.print(
        f"Hand-ins: {mix}. CPU s, own: for each, everything counted; of it all but that of kernels. "
        "busy: the share of the cores' time in which students' own cells ran. "
        f"A cell may take {CELL_SECONDS:g} s, a hidden test (in grade) {Limits.test:g} s.",
        highlight=False,
    )
    if endless:
        console.print(table_of(endless, "A hand-in with a cell that never ends"))


if __name__ == "__main__":
    main()
