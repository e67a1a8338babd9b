"""A leak: something that students must not get, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

EXCERPT = 120


@dataclass(frozen=True)
class Where:
    """A place in what is released.

    Attributes:
        file: Path below the folder that is looked at; for a member of an archive, with the archive's before it.
        cell: The cell, as people are told; None where there are no cells.
        part: The part of the file or the cell, such as ``metadata``; None for the thing itself.
        line: The number of the line, from 1; None where lines mean nothing.
    """

    file: str
    cell: str | None = None
    part: str | None = None
    line: int | None = None

    def within(self, part: str) -> Where:
        """Return the place of something inside this one."""
        return replace(self, part=f"{self.part}, {part}" if self.part else part, line=None)

    def at(self, line: int | None) -> Where:
        """Return the place of one of its lines."""
        return replace(self, line=line)

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else None
        inner = ", ".join(part for part in (self.cell, self.part, line) if part)
        return f"{self.file}: {inner}" if inner else self.file


@dataclass(frozen=True)
class Leak:
    """Something that must not reach students.

    Attributes:
        where: Where it stands.
        kind: What it is: "a statement of the solution of rnn_step_forward".
        text: The thing itself, cut; empty where it is the file or must not be shown.
        remedy: What to do.
    """

    where: Where
    kind: str
    text: str
    remedy: str

    @property
    def file(self) -> str:
        """The file it is in."""
        return self.where.file

    @property
    def cell(self) -> str | None:
        """The cell it is in, as people are told."""
        return self.where.cell

    @property
    def line(self) -> int | None:
        """The number of its line."""
        return self.where.line

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}" + (f": `{excerpt(self.text)}`" if self.text else "")


def excerpt(text: str) -> str:
    """Return a text on one line, printable, and cut."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def named_cell(grade_id: str | None, number: int) -> str:
    """Return what people are told of a cell.

    Args:
        grade_id: nbgrader's name for it, or the notebook's; None when it has none.
        number: Its position, from 1.
    """
    return f"cell {grade_id!r} (cell {number})" if grade_id else f"cell {number}"
