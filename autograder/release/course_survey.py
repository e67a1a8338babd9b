"""Looks at the notebooks of an assignment that was made for plain nbgrader: its cells, and what gives points.

For `autograder adopt`. The notebooks are read, and not changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import nbformat
from nbgrader.nbgraderformat import MetadataValidator, SchemaTooNewError, SchemaTooOldError, ValidationError

from autograder.course.cells import cells_by_id
from autograder.course.course import CourseError
from autograder.course.joined_notebooks import cell_name
from autograder.course.problem import read_problems
from autograder.marking.course_checks import without_hidden

# Of such a line nbgrader makes asserts, in a step of its own; until then the cell checks nothing.
AUTOTESTS = ("### AUTOTEST", "### HASHED AUTOTEST")


class CellKind(StrEnum):
    """The kinds of cells in nbgrader's toolbar, as people count them."""

    ANSWER = "autograded answers"
    CHECK = "check cells"
    HIDDEN = "check cells with a hidden part"
    CODE = "code that a person marks"
    TEXT = "texts that a person marks"
    TASK = "tasks that a person marks"
    PROVIDED = "read-only cells"
    OTHER = "other cells"


BY_HAND = (CellKind.CODE, CellKind.TEXT, CellKind.TASK)
CHECKS = (CellKind.CHECK, CellKind.HIDDEN)


@dataclass(frozen=True)
class FoundCell:
    """A cell of a source notebook.

    Attributes:
        kind: Its kind.
        problem: The problem of which it has the points; empty where it has none.
        points: Its points.
    """

    kind: CellKind
    problem: str = ""
    points: float = 0.0


@dataclass(frozen=True)
class Survey:
    """What an assignment consists of.

    Attributes:
        name: nbgrader's name of the assignment.
        notebooks: The cells of its notebooks, by the notebooks' names and in nbgrader's order.
    """

    name: str
    notebooks: dict[str, list[FoundCell]]

    @property
    def cells(self) -> list[FoundCell]:
        """All cells."""
        return [cell for cells in self.notebooks.values() for cell in cells]

    @property
    def checked(self) -> list[str]:
        """The problems that have a check cell, in the notebooks' order."""
        return [cell.problem for cell in self.cells if cell.kind in CHECKS]

    def number(self, kind: CellKind) -> int:
        """Return how many cells of a kind there are."""
        return sum(cell.kind is kind for cell in self.cells)

    def points(self, *kinds: CellKind) -> float:
        """Return the points of the cells of some kinds."""
        return sum(cell.points for cell in self.cells if cell.kind in kinds)


def survey(name: str, folder: Path) -> Survey:
    """Return what the source notebooks of an assignment hold.

    Args:
        name: nbgrader's name of the assignment.
        folder: Its folder below ``source/``.

    Raises:
        CourseError: There are none, or they cannot be marked as they are; the message names the notebook and says what
            to do.
    """
    files = sorted(folder.glob("*.ipynb"))
    if not files:
        raise CourseError(f"no notebooks in {folder}: nbgrader's source notebooks of {name} belong there")
    return Survey(name, {file.stem: list(_cells(name, file)) for file in files})


def _cells(name: str, file: Path) -> Iterator[FoundCell]:
    notebook = _read(file)
    known = cells_by_id(notebook)
    problems = {problem.check: problem.id for problem in read_problems(known).values()}
    for cell in notebook.cells:
        kind = _kind(cell)
        meta = cell.metadata.get("nbgrader", {})
        if kind in (*CHECKS, *BY_HAND):
            problem = cell_name(name, file.stem, problems[meta.grade_id])
            yield FoundCell(kind, problem, float(meta.points))
        else:
            yield FoundCell(kind)


def _read(file: Path) -> nbformat.NotebookNode:
    try:
        notebook: nbformat.NotebookNode = nbformat.read(file, as_version=4)
        MetadataValidator().validate_nb(notebook)
    except SchemaTooOldError:
        raise CourseError(f"{file} has metadata of an older nbgrader: run `nbgrader update {file}` first") from None
    except SchemaTooNewError:
        raise CourseError(f"{file} has metadata of a newer nbgrader than is installed: upgrade nbgrader") from None
    except ValidationError as fault:
        raise CourseError(f"{file} has metadata that nbgrader refuses: {fault}: mend it in its toolbar") from fault
    except (OSError, ValueError) as fault:
        raise CourseError(f"{file} is no notebook that can be read: {fault}") from fault
    language = notebook.metadata.get("kernelspec", {}).get("language", "python")
    if language.lower() != "python":
        raise CourseError(f"{file} is written in {language}: this kit runs Python")
    for number, cell in enumerate(notebook.cells, 1):
        if any(line in cell.source for line in AUTOTESTS):
            raise CourseError(
                f"{file}: cell {number} has ### AUTOTEST lines, of which nbgrader makes asserts: run `nbgrader "
                f"generate_source_with_tests {file.parent.name}`, and put the notebooks that it writes into "
                f"{file.parent}"
            )
    return notebook


def _kind(cell: nbformat.NotebookNode) -> CellKind:
    meta = cell.metadata.get("nbgrader")
    if meta is None:
        return CellKind.OTHER
    if meta.get("task"):
        return CellKind.TASK
    if meta.grade and meta.solution:
        return CellKind.CODE if cell.cell_type == "code" else CellKind.TEXT
    if meta.grade:
        return CellKind.CHECK if without_hidden(cell) is cell else CellKind.HIDDEN
    if meta.solution:
        return CellKind.ANSWER
    return CellKind.PROVIDED if meta.locked else CellKind.OTHER
