"""Describes one cell of a submission as it was found, and measures how much it is like a provided one."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode as Cell
from nbgrader.utils import compute_checksum
from rapidfuzz import fuzz

from autograder.submissions.definitions import Definition, compiles, definitions

# Percent of likeness, as rapidfuzz counts it. A cell this much like a provided text is taken for it without a name, and
# with its name.
ALIKE, SOMEWHAT_ALIKE = 75, 55


@dataclass(eq=False)
class SubmittedCell:
    """One cell of a submission.

    Attributes:
        cell: The cell itself.
        name: The ``grade_id`` that it had, None when it had none.
        released: Whether it is as it was released, in whichever language or year.
        defines: The functions, classes and attributes that it gives a meaning to, in its order.
        text: Its source without the blanks that editors change.
    """

    cell: Cell
    name: str | None
    released: bool
    defines: list[Definition]
    text: str

    def __init__(self, cell: Cell) -> None:
        meta = cell.metadata.get("nbgrader")
        name = meta.get("grade_id") if isinstance(meta, dict) else None
        self.cell, self.name = cell, name if isinstance(name, str) else None
        # By nbgrader's checksum, which the release wrote into the cell: it needs no text of that edition.
        self.released = self.name is not None and _unchanged(cell)
        # Removed from all cells, and given back to those that are found: names get lost, doubled and swapped.
        cell.metadata.pop("nbgrader", None)
        self.rewrite(cell.source)

    def rewrite(self, source: str) -> None:
        """Give the cell another text."""
        self.cell.source = source
        self.defines, self.text = definitions(source), bare(source)

    @property
    def runs(self) -> bool:
        """Whether the cell is code that can run."""
        return self.cell.cell_type == "code" and compiles(self.cell.source)


def _unchanged(cell: Cell) -> bool:
    try:
        return bool(cell.metadata.nbgrader.get("checksum") == compute_checksum(cell))
    # A student's metadata can be of any form.
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def bare(source: str) -> str:
    """Return a text without the blanks that editors change on their own."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def same_text(submitted: SubmittedCell, name: str, text: str) -> float:
    """Return more than 0 when a cell has a provided text, and more when it has the name too."""
    return (1 + (submitted.name == name)) if submitted.text == text else 0


def same_name(submitted: SubmittedCell, name: str, text: str) -> float:
    """Return how much a cell is the provided one of its name; a cell that defines something must be like it."""
    if submitted.name != name:
        return 0
    # A cell that defines something is perhaps the author's code, which must never be overwritten.
    if submitted.released or not submitted.defines or text in submitted.text:
        return 100
    return fuzz.ratio(submitted.text, text, score_cutoff=SOMEWHAT_ALIKE)


def much_alike(submitted: SubmittedCell, _name: str, text: str) -> float:
    """Return how much a cell is like a provided text, 0 when that is not enough without the name."""
    # Texts of very different lengths cannot be alike, and comparing takes the product of both lengths.
    if not len(text) / 3 < len(submitted.text) < len(text) * 3:
        return 0
    return fuzz.ratio(submitted.text, text, score_cutoff=ALIKE)


def turn(cell: Cell, kind: str) -> None:
    """Change a cell's type, in place."""
    cell.cell_type = kind
    for key in ("outputs", "execution_count", "attachments"):
        cell.pop(key, None)
    if kind == "code":
        cell.outputs, cell.execution_count = [], None
