"""Marks mangled hand-ins, and the same hand-in as it was."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from tests.mangled.cases import FILE, Case


def written(case: Case, notebook: nbformat.NotebookNode, folder: Path) -> Path:
    """Write what a case makes of a notebook below ``folder``, and return its path."""
    made = case.make(copy.deepcopy(notebook))
    target = folder / case.name
    if isinstance(made, bytes):
        target.mkdir(parents=True)
        (target / FILE).write_bytes(made)
        return target / FILE
    for name, data in made.items():
        file = target / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return target


def mark(assignment: Assignment, path: Path, *, all_cells: bool = False) -> Record:
    """Mark a hand-in."""
    return mark_file(assignment, path, level=best(), all_cells=all_cells)[0]


def points(record: Record, without: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the points of each problem, but for those whose code is gone."""
    return {problem.id: problem.score for problem in record.problems if problem.id not in without}
