"""Tells what a notebook holds that will be marked, before anybody has marked it: which functions, and which untouched.

The page's script does the same before a file is sent (``static/server.js``), with the fingerprints of `stubs`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import cells_by_id
from autograder.course.joined_notebooks import notebooks_in
from autograder.course.memo import once_each
from autograder.course.released_notebook import as_students_get_them

# Bytes: a larger notebook is looked at when it is marked, in a process with limits of its own.
LOOK_MAX = 5_000_000


@dataclass(frozen=True)
class Preview:
    """What a notebook holds.

    Attributes:
        found: The problems whose cell is there.
        untouched: Those of them in whose cell nothing was written.
        missing: The others. Marking looks for them by the names of their functions, too.
    """

    found: list[str]
    untouched: list[str]
    missing: list[str]


def fingerprint(source: str) -> str:
    """Return the CRC-32 of a cell's text without blanks: it tells a stub from what was written, and keeps no secret."""
    return f"{zlib.crc32(''.join(source.split()).encode('utf-8', 'replace')):08x}"


@once_each
def stubs(assignment: Assignment) -> dict[str, list[str]]:
    """Return the fingerprints of the cells that students fill in, by problem: one for each edition's text."""
    found: dict[str, list[str]] = {}
    # A file is one of several notebooks, and nobody knows yet which.
    if assignment.joined:
        return found
    for language in assignment.languages:
        edition = assignment.in_language(language)
        cells = cells_by_id(_released(edition))
        for name in edition.problems:
            if name in cells and cells[name].metadata.nbgrader.solution:
                seen, made = found.setdefault(name, []), fingerprint(cells[name].source)
                if made not in seen:
                    seen.append(made)
    return found


def _released(assignment: Assignment) -> nbformat.NotebookNode:
    """Return the notebook that students got: the one in the course's release, where it was made."""
    folder = assignment.course.release(assignment.name, assignment.language)
    return notebooks_in(assignment.name, assignment.notebooks, folder) or as_students_get_them(assignment)


def preview(data: bytes, known: Mapping[str, list[str]]) -> Preview | None:
    """Return what a notebook's bytes hold; None where they are too many, or no notebook.

    Args:
        data: What was handed in; nothing of it is run.
        known: What `stubs` returned for the assignment.
    """
    if len(data) > LOOK_MAX:
        return None
    try:
        cells = json.loads(data)["cells"]
        texts = {name: text for cell in cells for name, text in _named(cell) if name in known}
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    return Preview(
        found=[name for name in known if name in texts],
        untouched=[name for name in known if name in texts and fingerprint(texts[name]) in known[name]],
        missing=[name for name in known if name not in texts],
    )


def _named(cell: dict[str, dict[str, dict[str, str]]]) -> list[tuple[str, str]]:
    """Return a cell's ``grade_id`` and its text; nothing of a cell that has no name."""
    name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    source: object = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return [(name, text)] if isinstance(name, str) else []
