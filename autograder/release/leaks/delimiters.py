"""Finds nbgrader's delimiters in a text, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

SOLUTION, TESTS, SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"
KINDS = (SOLUTION, TESTS, SCHEME)
BEGIN, END = "BEGIN", "END"
SPELLINGS = tuple(f"{edge} {kind}" for kind in KINDS for edge in (BEGIN, END))
# "END OF SOLUTION" is as near to a delimiter as this; "Hidden tests", a heading, is not.
NEAR = 88
LONGEST = 60
COMMENT = re.compile(r"^\s*(?:#|<!--|//|%)")


@dataclass(frozen=True)
class Delimiter:
    """A line that is a delimiter, or was meant for one.

    Attributes:
        line: Its number, from 1.
        edge: ``BEGIN`` or ``END``.
        kind: What it delimits, one of `KINDS`.
        text: The line.
        exact: Whether nbgrader takes it for one.
    """

    line: int
    edge: str
    kind: str
    text: str
    exact: bool


@dataclass(frozen=True)
class Region:
    """What stands between two delimiters.

    Attributes:
        kind: One of `KINDS`.
        first: The number of the line with its BEGIN.
        last: The number of the line with its END.
    """

    kind: str
    first: int
    last: int

    def holds(self, line: int) -> bool:
        """Whether a line is between the delimiters."""
        return self.first < line < self.last


@dataclass(frozen=True)
class Fault:
    """A fault in the delimiters of one cell.

    Attributes:
        line: The line's number, from 1.
        kind: What is wrong, as the report says it.
        text: The line.
    """

    line: int
    kind: str
    text: str


def delimiters(source: str) -> Iterator[Delimiter]:
    """Yield the delimiters in a text, also those that are misspelt."""
    for number, line in enumerate(source.split("\n"), 1):
        found = [spelling for spelling in SPELLINGS if spelling in line]
        for spelling in found or _meant(line):
            edge, _, kind = spelling.partition(" ")
            yield Delimiter(number, edge, kind, line.strip(), bool(found))


def _meant(line: str) -> list[str]:
    """Return the delimiter that a misspelt line was meant for, in a list; an empty list for other lines."""
    if len(line) > LONGEST:
        return []
    words = " ".join(re.sub(r"[^A-Za-z]+", " ", line).split())
    if not words or not (COMMENT.match(line) or words.isupper()):
        return []
    best = max(SPELLINGS, key=lambda spelling: fuzz.ratio(words.upper(), spelling))
    return [best] if fuzz.ratio(words.upper(), best) >= NEAR else []


def regions(source: str) -> list[Region]:
    """Return the regions between delimiters in a text; one that is not closed reaches to the end of the text."""
    found: list[Region] = []
    opened: dict[str, int] = {}
    for mark in delimiters(source):
        if not mark.exact:
            continue
        if mark.edge == BEGIN:
            opened.setdefault(mark.kind, mark.line)
        elif mark.kind in opened:
            found.append(Region(mark.kind, opened.pop(mark.kind), mark.line))
    end = source.count("\n") + 2
    return found + [Region(kind, first, end) for kind, first in opened.items()]


def faults(source: str) -> Iterator[Fault]:
    """Yield what is wrong with the delimiters of a cell: misspelt, nested, or without their other half."""
    opened: Delimiter | None = None
    for mark in delimiters(source):
        if not mark.exact:
            yield Fault(mark.line, f"a misspelt delimiter, for {mark.edge} {mark.kind}", mark.text)
        elif mark.edge == BEGIN and opened is not None:
            yield Fault(
                mark.line, f"a delimiter within {opened.kind} (line {opened.line}), which is still open", mark.text
            )
        elif mark.edge == BEGIN:
            opened = mark
        elif opened is None or opened.kind != mark.kind:
            yield Fault(mark.line, f"END {mark.kind} without BEGIN {mark.kind} before it", mark.text)
        else:
            opened = None
    if opened is not None:
        yield Fault(opened.line, f"BEGIN {opened.kind} without END {opened.kind} after it", opened.text)


def without_regions(source: str, kinds: tuple[str, ...] = KINDS) -> str:
    """Return a text with its regions and their delimiters emptied: the lines that are left keep their numbers."""
    gone = [region for region in regions(source) if region.kind in kinds]
    lines = source.split("\n")
    kept = [
        "" if any(region.first <= number <= region.last for region in gone) else line
        for number, line in enumerate(lines, 1)
    ]
    return "\n".join(kept)
