"""``python -m tests.assignments.rnn_captioning.modules [PART OF A NAME]``: the hand-ins of module files, as a table."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from autograder.course.results import Status
from tests.assignments.rnn_captioning.modules.cases import CASES
from tests.assignments.rnn_captioning.modules.hand_in import Case, lost_by, mark, notes_of


def main(pattern: str = "") -> int:
    """Mark the hand-ins and print what came of them; return how many did not come out as they should."""
    logging.disable(logging.CRITICAL)
    console = Console(width=None if sys.stdout.isatty() else 160)
    table = Table("hand-in", "points", "lost", "what the record says", "", show_lines=True)
    chosen = [case for case in CASES if pattern in case.name]
    failed = 0
    for case in chosen:
        row, fine = row_of(case)
        failed += not fine
        table.add_row(*row, "" if fine else "WRONG")
    console.print(table)
    console.print(f"{len(chosen)} hand-ins, {failed} that did not come out as they should")
    return failed


def row_of(case: Case) -> tuple[list[str], bool]:
    """Mark a hand-in and return its row, and whether it came out as it should."""
    with tempfile.TemporaryDirectory() as folder:
        record = mark(case, Path(folder))
    lost, notes = lost_by(record), "\n".join(notes_of(record))
    expected = record.status is Status.REJECTED if case.lost is None else lost == case.lost
    fine = expected and all(note in notes for note in case.notes)
    points = "rejected" if record.status is Status.REJECTED else f"{record.score:g} of {record.max_score:g}"
    return [case.name, points, "\n".join(f"{name} {value:g}" for name, value in lost.items()), notes], fine


if __name__ == "__main__":
    sys.exit(min(1, main(*sys.argv[1:2])))
