"""Defines a proof, something that was checked of an assignment, and prints proofs as a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

BOTH = "all"


@dataclass(frozen=True)
class Proof:
    """One thing that was checked.

    Attributes:
        what: The statement that should hold.
        language: The language of the edition, or ``all``.
        seen: A summary of what was found.
        faults: The places where the statement does not hold; none when it does.
        counts: Whether the table shows ``seen`` beside the number of faults.
    """

    what: str
    language: str
    seen: str
    faults: tuple[str, ...] = ()
    counts: bool = False

    @property
    def text(self) -> str:
        """The text in the table; the faults themselves stand below it."""
        if not self.faults:
            return self.seen
        number = "1 fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        return f"{self.seen}; {number}" if self.counts else number


def print_proofs(proofs: Iterable[Proof], console: Console | None = None) -> bool:
    """Print proofs as a table, with the faults below it, and return whether everything holds."""
    console = console or Console()
    table = Table(title_justify="left")
    for name in ("", "what should hold", "language", "seen"):
        table.add_column(name)
    found = list(proofs)
    for proof in found:
        table.add_row("\u2717" if proof.faults else "\u2713", proof.what, proof.language, Text(proof.text))
    console.print(table)
    broken = [proof for proof in found if proof.faults]
    for proof in broken:
        console.print(Text(f"\u2717 {proof.what} ({proof.language}):"))
        for fault in proof.faults:
            console.print(Text(f"  {fault}"), soft_wrap=True)
    return not broken
