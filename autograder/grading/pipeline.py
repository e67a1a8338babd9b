"""Runs nbgrader's two passes over a submission, sanitising and autograding, without its gradebook and without files.

The steps are those that the course's ``nbgrader_config.py`` names. Those that ask the gradebook for the instructor's
cells ask the cells that came with the run's settings. Those that write to the gradebook are left out, because only the
writer writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from nbgrader import utils
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.joined_notebooks import cell_name, join, split
from autograder.marking.provided_cells import ProvidedCells
from autograder.marking.restore import PutBackCells
from autograder.nbgrader_plugins.mark_cells import MarkCells

WRITE = (SaveAutoGrades, AssignLatePenalties)
NO_RESPONSE = "No response."


class Pipeline:
    """The steps for submissions of one assignment.

    Args:
        config: What ``nbgrader_config.py`` sets.
        cells: The instructor's cells, as the gradebook has them.
    """

    def __init__(self, assignment: Assignment, config: Config, cells: ProvidedCells) -> None:
        folders = CourseDirectory(config=config, assignment_id=assignment.name)
        converter: Any = Autograde(coursedir=folders, config=config)
        self._name = assignment.name
        self._sanitising = {
            name: [
                _restoring(part, cells.part(assignment.name, name), converter)
                if issubclass(step, OverwriteCells)
                else step(parent=converter)
                for step in converter.sanitize_preprocessors
                # `PutBackCells` does that as well, and asks no gradebook.
                if not issubclass(step, OverwriteKernelspec)
            ]
            for name, part in assignment.parts.items()
        }
        self._marking = [
            step(parent=converter)
            for step in converter.autograde_preprocessors
            # MarkCells would mark again, and the others write to the gradebook.
            if not issubclass(step, (MarkCells, *WRITE))
        ]

    def sanitise(self, notebook: nbformat.NotebookNode, student: str) -> nbformat.NotebookNode:
        """Return a submission as it is marked: without outputs, with the provided cells as the instructor wrote them.

        Raises:
            nbgrader.nbgraderformat.ValidationError: The nbgrader metadata of its cells is damaged.
        """
        return self._each(lambda name: self._sanitising[name], notebook, student)

    def finish(self, notebook: nbformat.NotebookNode, student: str) -> nbformat.NotebookNode:
        """Return a marked notebook as nbgrader keeps it."""
        return self._each(lambda _name: self._marking, notebook, student)

    def _each(
        self, steps: Callable[[str], list[Preprocessor]], notebook: nbformat.NotebookNode, student: str
    ) -> nbformat.NotebookNode:
        """Return a submission after some steps, which nbgrader takes for each of its notebooks."""
        parts = split(self._name, notebook)
        return join(self._name, {name: self._through(steps(name), part, name, student) for name, part in parts.items()})

    def _through(
        self, steps: list[Preprocessor], notebook: nbformat.NotebookNode, name: str, student: str
    ) -> nbformat.NotebookNode:
        # What nbgrader's converter gives its preprocessors, in 0.9.6; there is no database among it.
        names = {"student": student, "assignment": self._name, "notebook": name}
        resources: dict[str, Any] = {"unique_key": name, "nbgrader": names, "metadata": {}}
        for step in steps:
            notebook, resources = step(notebook, resources)
        return notebook


def _restoring(assignment: Assignment, cells: ProvidedCells, converter: Any) -> PutBackCells:
    made = PutBackCells(parent=converter)
    made.provided, made.assignment = cells, assignment
    return made


def comments(assignment: str, notebook: nbformat.NotebookNode) -> Mapping[str, str | None]:
    """Return nbgrader's automatic comment on each cell that students write in: whether they left it unchanged."""
    return {
        cell_name(assignment, name, grade_id(cell)): NO_RESPONSE if _untouched(cell) else None
        # Checksums are of the names that cells have in their own notebook.
        for name, part in split(assignment, notebook).items()
        for cell in part.cells
        if utils.is_solution(cell) or utils.is_task(cell)
    }


def _untouched(cell: nbformat.NotebookNode) -> bool:
    return not utils.is_task(cell) and cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)


def notebook_bytes(notebook: nbformat.NotebookNode) -> bytes:
    """Return a notebook as the bytes of the file that nbgrader writes."""
    # As nbconvert's writer does, so that marking again with nbgrader changes no byte.
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return (text + ("" if text.endswith("\n") else "\n")).encode()
