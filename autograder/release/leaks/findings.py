"""Defines the terms of the leak check: a place, a leak, a piece of text, bytes to be opened, and the report."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from autograder.course.nbgrader_app import ConversionError
from autograder.release.leaks.statements import syntax_tree

EXCERPT = 120
# How lines of web pages and of style sheets begin or end; they are no Python.
PAGE = re.compile(r"^<|[;{}>]$")
# Leaks that a report names.
MOST = 200


@dataclass(frozen=True)
class Where:
    """A place in what is released.

    Attributes:
        file: Path below the folder that is looked at; for a member of an archive, with the archive's before it.
        cell: The cell, as `named_cell` names it; None where there are no cells.
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
        kind: What it is, such as "a statement of the solution of rnn_step_forward".
        text: The thing itself, shortened in the report; empty where it is a whole file or must not be shown.
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
        return f"{self.where}: {self.kind}" + (f": `{one_line_excerpt(self.text)}`" if self.text else "")


def one_line_excerpt(text: str) -> str:
    """Return a text on one line, printable, and cut."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def named_cell(grade_id: str | None, number: int) -> str:
    """Return how the report names a cell.

    Args:
        grade_id: nbgrader's name of the cell, or the notebook's own; None when it has neither.
        number: The cell's position, from 1.
    """
    return f"cell {grade_id!r} (cell {number})" if grade_id else f"cell {number}"


@dataclass(frozen=True)
class Blob:
    """Bytes that are yet to be opened: a file, or something within one.

    Attributes:
        where: The place of the bytes.
        data: The bytes.
        name: The name of the file or of the archive's member, by whose ending it is opened; empty for others.
    """

    where: Where
    data: bytes
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of text.

    Attributes:
        where: Its place; without a line.
        text: The text.
        code: Whether all of it is code; else it is prose, in which code may stand.
        numbered: Whether its line numbers are those that people see.
    """

    where: Where
    text: str
    code: bool = False
    numbered: bool = True

    def at(self, line: int) -> Where:
        """Return the place of one of its lines."""
        return self.where.at(line if self.numbered else None)

    def line(self, number: int) -> str:
        """Return one of its lines, by its number."""
        lines = self.text.split("\n")
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def prose(self) -> Iterator[tuple[int, str]]:
        """Yield the lines that are no code, or may be code that is commented out, without the marks before them."""
        inside = self._lines_of_texts() if self.code else None
        for number, line in enumerate(self.text.split("\n"), 1):
            bare = line.strip().lstrip("#>*+$- \t").removeprefix("...").strip("`").strip()
            comment = line.lstrip().startswith("#")
            if bare and not PAGE.search(bare) and (inside is None or comment or number in inside):
                yield number, bare

    def _lines_of_texts(self) -> set[int] | None:
        """Return the numbers of the lines within strings of more than one line; None when the code doesn't parse."""
        tree = syntax_tree(self.text)
        if tree is None:
            return None
        found: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno != node.lineno:
                found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return found


class LeakError(ConversionError):
    """A release, or what was published, holds what students must not get; the message is the report."""

    def __init__(self, subject: str, leaks: list[Leak], *, refused: bool = True) -> None:
        super().__init__(leak_report(subject, leaks, refused=refused))
        self.leaks = leaks


@dataclass
class Findings:
    """The outcome of looking through some files.

    Attributes:
        leaks: The leaks, each once.
        notes: What could not be opened, and why.
        files: The number of files.
    """

    leaks: list[Leak] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: int = 0

    def add(self, leaks: Iterable[Leak]) -> None:
        """Add leaks that are not there yet."""
        self.leaks += [leak for leak in dict.fromkeys(leaks) if leak not in self.leaks]


def leak_report(subject: str, leaks: list[Leak], *, refused: bool = True) -> str:
    """Return the report: for each leak a line, and one that says what to do.

    Args:
        subject: The name of the release or the folder.
        leaks: The leaks in it.
        refused: Whether the report says that it was refused; what was published cannot be refused any more.
    """
    count = f"{len(leaks)} leak{'s' if len(leaks) != 1 else ''}"
    return "\n".join([f"{subject}: {'refused, ' if refused else ''}{count}:", *_lines(leaks[:MOST]), *_rest(leaks)])


def _lines(leaks: list[Leak]) -> Iterator[str]:
    for leak in leaks:
        yield f"  {leak}"
        yield f"    {leak.remedy}"


def _rest(leaks: list[Leak]) -> Iterator[str]:
    if len(leaks) > MOST:
        yield f"  and {len(leaks) - MOST} more"
