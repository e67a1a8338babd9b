"""``python -m tests.hostile [PART OF AN ID]``: every attack, its control and what came of it here, as a table."""

from __future__ import annotations

import logging
import os
import sys

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from tests.hostile.attack import Attack, attacks
from tests.hostile.controls import control
from tests.hostile.trial import Trial, attempt
from tests.hostile.yard import Yard, open_yard

COLUMNS = ("attack", "handed in as", "where nothing guards", "held", "points", "MB", "s", "next")
NARROWEST = 120


def main(pattern: str = "") -> int:
    """Run the hostile class and return how many attacks did not come out as they should."""
    logging.disable(logging.CRITICAL)
    console = Console(width=None if sys.stdout.isatty() else NARROWEST)
    table = Table(*COLUMNS, title="The hostile class", caption=CAPTION)
    failed = 0
    with open_yard() as yard, quiet_kernels(), Live(table, console=console, transient=True):
        for attack in attacks(pattern):
            failed += not add_row(table, attack, yard)
    console.print(table)
    console.print(f"{table.row_count} attacks, {failed} that did not come out as they should")
    return failed


CAPTION = (
    "points: over the honest same code; MB: growth of the grader's memory; s: marking time; "
    "next: a right hand-in, marked next, gets its full points"
)


def add_row(table: Table, attack: Attack, yard: Yard) -> bool:
    """Try one attack, add its row and return whether it came out as it should."""
    outside = shown_outside(attack, yard)
    here = attempt(attack, yard)
    fine = bool(outside) and (here.held or bool(attack.open))
    table.add_row(
        f"{attack.id}\n[dim]{escape(attack.title)}[/dim]",
        attack.layout,
        f"{attack.control}: {outside[0][:60] if outside else 'NOTHING'}",
        what_held(attack, here),
        f"{here.gained:+g}",
        f"{here.megabytes:.0f}",
        f"{here.seconds:.1f}",
        "full" if here.neighbour else "NOT FULL",
        style=None if fine else "bold red",
    )
    return fine


def shown_outside(attack: Attack, yard: Yard) -> list[str]:
    """Return what an attack gains or hits where nothing guards against it, in words."""
    if attack.derived:
        return ["as in a notebook"]
    return ["nothing to gain"] if attack.control == "none" else control(attack, yard)


def what_held(attack: Attack, here: Trial) -> str:
    """Return in a word or two what came of an attack here."""
    if attack.open:
        return f"open: {attack.open}"
    if here.harm:
        return "; ".join(here.harm)[:80]
    return f"fair: {attack.fair}" if attack.fair else ("yes" if here.held else "NO")


class quiet_kernels:
    """Sends what kernels write to the terminal nowhere while the table is on it."""

    def __enter__(self) -> None:
        self._kept = os.dup(2)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)

    def __exit__(self, *_fault: object) -> None:
        os.dup2(self._kept, 2)
        os.close(self._kept)


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:2]), 1))
