"""Compares two attempts of a student: which problems gained or lost, and what was changed in which function."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.server.marking.regrade import ProblemMove, moves

# Two texts of so many lines are compared in a blink, whatever they say; of longer ones it is said that they differ.
LINES_MAX = 400
# Lines around a change that are shown as they are.
AROUND = 2
# Bytes of a marked notebook that is read for a comparison.
NOTEBOOK_MAX = 20_000_000


@dataclass(frozen=True)
class Line:
    """One line of a comparison: ``new``, ``old``, ``same``, or ``skipped`` for lines that are left out."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class CodeChange:
    """How the cell of one problem was changed.

    Attributes:
        problem: Its name.
        lines: The changed lines and some around them; none where the texts are too long to compare.
        added: How many lines are new.
        removed: How many are gone.
    """

    problem: str
    lines: list[Line]
    added: int = 0
    removed: int = 0


def gains(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ProblemMove]:
    """Return the problems that gained or lost points between two markings; see `moves`."""
    return [one for one in moves(before, after) if one.difference]


def code_changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[CodeChange]:
    """Return how cells were changed, by problem and in the later attempt's order.

    Args:
        before: The texts of the cells, as `cells_in` returns them.
        after: Those of the later attempt.
    """
    names = [*after, *(name for name in before if name not in after)]
    changed = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return [_compared(name, old, new) for name, old, new in changed if old != new]


def _compared(name: str, old: str, new: str) -> CodeChange:
    one, other = old.splitlines(), new.splitlines()
    if max(len(one), len(other)) > LINES_MAX:
        return CodeChange(name, [])
    lines = [*_lines(one, other)]
    count = {kind: sum(line.kind == kind for line in lines) for kind in ("new", "old")}
    return CodeChange(name, lines, count["new"], count["old"])


def _lines(one: list[str], other: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for group in matcher.get_grouped_opcodes(AROUND):
        if group[0][1] or group[0][3]:
            yield Line("skipped")
        for what, first, last, start, end in group:
            if what == "equal":
                yield from (Line("same", text) for text in one[first:last])
            else:
                yield from (Line("old", text) for text in one[first:last])
                yield from (Line("new", text) for text in other[start:end])


def cells_in(notebook: Path, names: frozenset[str]) -> dict[str, str]:
    """Return the texts of a marked notebook's cells by their problems; nothing when there is no such notebook.

    Args:
        notebook: Its file, which marking wrote: its cells have nbgrader's names.
        names: The problems.
    """
    if not notebook.is_file() or notebook.stat().st_size > NOTEBOOK_MAX:
        return {}
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    found = {}
    for cell in cells:
        name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "")
        if name in names:
            source = cell.get("source", "")
            found[name] = "".join(source) if isinstance(source, list) else str(source)
    return found
