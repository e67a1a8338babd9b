"""``python -m tests.mangled``: the mangled class as a table."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mangled.cases import CASES
from tests.mangled.classroom import make_assignment, solved
from tests.mangled.trial import mark, points, written


def main() -> int:
    """Mark each mangled hand-in, print the table, and return how many differ from what they should get."""
    wrong = 0
    table = Table("what was done", "what the record says", "without", "with", "", title="The mangled class")
    with tempfile.TemporaryDirectory() as scratch:
        assignment = make_assignment(Path(scratch, "course"))
        base = mark(assignment, written(CASES.all[0], solved(), Path(scratch, "base")))
        for number, case in enumerate(CASES.all, 1):
            record = mark(assignment, written(case, solved(), Path(scratch, "class")))
            said = [*map(str, record.mended or (record.notes if case.rejected else []))]
            same = case.rejected or points(record, case.loses) == points(base, case.loses)
            good = same and all(any(part in sentence for sentence in said) for part in case.says)
            good = good and bool(case.says) == bool(said)
            wrong += not good
            lost = f" (lost: {', '.join(case.loses)})" if case.loses else ""
            table.add_row(
                f"{number}. {case.done}", "\n".join(said) or "-", f"{base.score:g}",
                "rejected" if case.rejected else f"{record.score:g}{lost}", "[green]✓[/]" if good else "[red]✗[/]",
            )  # fmt: skip
            print(f"\r{number}/{len(CASES.all)} {case.name}\033[K", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
