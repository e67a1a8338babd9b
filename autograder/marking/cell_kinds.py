"""Tells what kind of cell each cell of a notebook is: how long it may take, and whether anything depends on it."""

from __future__ import annotations

from functools import cached_property

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.marking.cell_selection import defining_cells, is_provided, names_of


class CellKinds:
    """The kinds of a notebook's cells, by their positions.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission, with the provided cells as the instructor wrote them.
    """

    def __init__(self, assignment: Assignment, notebook: nbformat.NotebookNode) -> None:
        self._assignment, self._notebook = assignment, notebook

    # Cached, because sources do not change while a notebook is marked, and the whole notebook is looked at for each of
    # them.
    @cached_property
    def needed(self) -> set[int]:
        """Cells that must be run so that functions can be called."""
        return defining_cells(self._notebook)

    def checks(self, index: int) -> str | None:
        """Return the id of the problem whose check a cell is; None for other cells."""
        meta = self._notebook.cells[index].metadata.get("nbgrader", {})
        problem = self._assignment.problem_of_check(meta.get("grade_id", "")) if meta.get("grade") else None
        return problem.id if problem else None

    def gives_points(self, index: int) -> bool:
        """Return whether what a cell shows gives the points of its problem; see `autograder.marking.course_checks`."""
        problem = self.checks(index)
        return problem is not None and self._assignment.problems[problem].in_kernel

    def only_defines(self, index: int) -> bool:
        """Return whether a cell needs almost no time: it only defines and imports, or loads module files."""
        return names_of(self._notebook.cells[index]).only_defines

    def harmless(self, index: int) -> bool:
        """Return whether a cell leaves nothing running in its kernel."""
        return is_provided(self._notebook.cells[index]) or self.only_defines(index)

    def takes_time(self, index: int) -> bool:
        """Return whether a cell is tagged as taking time, and no other cell uses a name that it binds."""
        cell = self._notebook.cells[index]
        tagged = is_provided(cell) and grade_id(cell) in self._assignment.not_for_marking
        return tagged and index not in self.needed
