"""``python -m tests.needed [CLASS [PART OF A NAME]]``: classes, marked with all cells and with those needed alone.

The classes are ``demo``, ``mangled`` and ``hostile``. Nothing may differ but what takes time.
Attacks that race with a limit (``dying/dies_between_cells``, ``flooding/while_called``) differ from one marking to the
next in either way.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from autograder.course.results import Record
from autograder.verification.skipped_cells import mark_differences
from tests.needed.classes import CLASSES, HandedIn


@dataclass(frozen=True)
class Row:
    """A hand-in, marked both ways.

    Attributes:
        name: What it is called.
        needed: Its record with the cells alone that points depend on.
        whole: Its record with all cells.
        seconds: How long each took.
    """

    name: str
    needed: Record
    whole: Record
    seconds: tuple[float, float]

    @property
    def differs(self) -> list[str]:
        """In what the records differ."""
        return mark_differences(self.needed, self.whole)


def rows(hand_ins: Iterator[HandedIn], part: str) -> Iterator[Row]:
    """Mark hand-ins both ways, those whose name holds ``part``."""
    for name, mark in hand_ins:
        if part not in name:
            continue
        begun = time.perf_counter()
        needed = mark(all_cells=False)
        between = time.perf_counter()
        whole = mark(all_cells=True)
        yield Row(name, needed, whole, (between - begun, time.perf_counter() - between))


def main(chosen: str = "", part: str = "") -> int:
    """Mark the classes, print the tables, and return how many hand-ins differ."""
    logging.disable(logging.CRITICAL)
    console, wrong = Console(width=None if sys.stdout.isatty() else 120), 0
    progress = os.fdopen(os.dup(2), "w")  # kernels write to the terminal, and may be kept from it
    for name in [chosen] if chosen else list(CLASSES):
        table = Table("hand-in", "needed", "all", "s", "s", "", title=f"The {name} class, both ways")
        total = [0.0, 0.0]
        with CLASSES[name]() as hand_ins:
            for row in rows(hand_ins, part):
                wrong += bool(row.differs)
                total = [before + more for before, more in zip(total, row.seconds, strict=True)]
                points = [
                    f"{record.score:g}" if record.problems else record.status for record in (row.needed, row.whole)
                ]
                times = [f"{seconds:.1f}" for seconds in row.seconds]
                table.add_row(row.name, *points, *times, "\n".join(row.differs) or "the same")
                said = "the same" if not row.differs else "DIFFERS"
                print(f"\r{name} {table.row_count} {row.name}: {said}\033[K", end="", file=progress, flush=True)
        table.add_section()
        table.add_row(f"{table.row_count} hand-ins", "", "", *(f"{seconds:.0f}" for seconds in total), "")
        print(file=progress)
        console.print(table)
    console.print(f"{wrong} hand-ins differ")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:3]), 1))
