"""What is looked at: pieces of text, and bytes that may hold some."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.release.leaks.leak import Where
from autograder.release.leaks.statements import parsed

# Lines of web pages and of styles are no Python.
PAGE = re.compile(r"^<|[;{}>]$")


@dataclass(frozen=True)
class Blob:
    """Bytes that are yet to be looked into: a file, or something within one.

    Attributes:
        where: Where they stand.
        data: The bytes.
        name: The name of the file, or of what is like one; by its end people and programs tell what it is.
    """

    where: Where
    data: bytes
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of text.

    Attributes:
        where: Where it stands; without a line.
        text: The text.
        code: Whether it is code, as a whole; else it is prose, in which code may stand.
        numbered: Whether its lines are those that people see.
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
        tree = parsed(self.text)
        if tree is None:
            return None
        found: set[int] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.end_lineno != node.lineno:
                found.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
        return found
