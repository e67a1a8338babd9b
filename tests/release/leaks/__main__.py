"""``python -m tests.release.leaks``: what was planted, and what is said of it, as a table."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table

from tests.release.leaks.innocent import INNOCENTS
from tests.release.leaks.planted import PLANTS
from tests.release.leaks.trial import found, found_after, names


def main() -> int:
    """Plant each leak, make each innocent edit, print the table, and return how many came out wrong."""
    wrong = 0
    table = Table("what was done", "what is said", "", title="Planted leaks, and innocent edits")
    for number, plant in enumerate(PLANTS.all, 1):
        leaks = found(plant)
        said = names(plant, leaks)
        wrong += not said
        others = len(leaks) - 1
        text = f"{said[0]}" + (f" (and {others} more)" if others else "") if said else "\n".join(map(str, leaks)) or "-"
        table.add_row(f"{number}. {plant.done}", text, "✓" if said else "✗")
    table.add_section()
    for number, edit in enumerate(INNOCENTS.all, 1):
        leaks = found_after(edit)
        wrong += bool(leaks)
        table.add_row(f"{number}. {edit.done}", "\n".join(map(str, leaks)) or "nothing", "✗" if leaks else "✓")
    # What is said may hold brackets, which are no markup.
    Console(width=None if sys.stdout.isatty() else 180, markup=False).print(table)
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
