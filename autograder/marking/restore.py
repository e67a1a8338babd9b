"""Puts the provided cells of a submission back as the instructor wrote them.

One preprocessor does it on every path: ``nbgrader autograde`` and `autograder grade` take the instructor's cells from
the gradebook, `autograder mark`, which has none, from the source notebook.

`PutBackCells` overrides methods of nbgrader 0.9.6's `OverwriteCells`. They have to be compared with nbgrader's when it
is upgraded: a cell that is not put back runs as a student changed it.
"""

from __future__ import annotations

import json
from typing import Any

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
)

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.joined_notebooks import join, split
from autograder.course.memo import memoised
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.languages import DEFAULT
from autograder.marking.cell_metadata import CheckCells
from autograder.marking.provided_cells import ProvidedCells, cells_in_gradebook, cells_in_source


class PutBackCells(OverwriteCells):  # type: ignore[misc]
    """nbgrader's own step, which also copes with what people do to their notebooks.

    Takes the place of OverwriteCells in ``Autograde.sanitize_preprocessors``. nbgrader's own stops at a copy of one of
    its cells, at a graded cell of another assignment, and at a missing graded cell whose neighbour is missing too. It
    also calls every cell with hidden tests or a mark scheme changed, because students got it without them. This one
    reports only what a student changed.
    """

    # Set by `autograder grade`, where only one process opens the gradebook; otherwise it is asked for each notebook.
    provided: ProvidedCells | None = None
    assignment: Assignment | None = None
    # Asked for with each cell; `ProvidedCells` are those of one notebook.
    notebook_id = assignment_id = ""
    _as_released = False

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Restore one notebook, in its own language: a gradebook has the cells of one edition only."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        known = self.provided
        if known is None:
            with Gradebook(names["db_url"]) as gradebook:
                known = cells_in_gradebook(gradebook, self.assignment_id, self.notebook_id)
        language = nb.metadata.get(LANGUAGE, DEFAULT)
        if language != DEFAULT:
            made = self.assignment or Assignment.here(self.assignment_id)
            known = known.in_edition(made.in_language(language))
        return self.restore(nb, resources, known)

    def restore(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any], known: ProvidedCells
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Put the instructor's cells back into one notebook, and the name of the kernel that it is run with."""
        self.gradebook = known
        for index, cell in enumerate(nb.cells):
            nb.cells[index], resources = self.preprocess_cell(cell, resources, index)
        nb, resources = self.add_missing_grade_cells(nb, resources)
        # Tasks are cells of nbgrader's that this kit has no rules for: they are left to it.
        nb, resources = self.add_missing_task_cells(nb, resources)
        # A student's notebook may name a kernel of their own machine.
        if kernelspec := json.loads(known.kernelspec or "null"):
            nb.metadata["kernelspec"] = nbformat.from_dict(kernelspec)
        return nb, resources

    def preprocess_cell(
        self, cell: nbformat.NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Restore one cell; a cell that the assignment does not have becomes an ordinary one."""
        self._as_released = self._is_as_released(cell)
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        # nbgrader's own step takes the name from a cell that it does not know; the steps after it expect one.
        if "nbgrader" in cell.metadata and not grade_id(cell):
            del cell.metadata["nbgrader"]
        return cell, resources

    def _is_as_released(self, cell: nbformat.NotebookNode) -> bool:
        """Return whether a cell reads as the instructor's does without the parts that students don't get."""
        try:
            provided = self.gradebook.find_source_cell(grade_id(cell), self.notebook_id, self.assignment_id)
        except MissingEntry:
            return False
        return bool(cell.source == as_students_get_it(provided.source))

    def report_change(self, name: str, attr: str, old: Any, new: Any) -> None:
        """Report what a student changed in a provided cell."""
        # The checksum is of the instructor's text with tests, which no student has ever had.
        if attr != "checksum" or not self._as_released:
            super().report_change(name, attr, old, new)

    def add_missing_grade_cells(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Add missing graded cells, each after the last cell before it that is there."""
        provided = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        points = {cell.name: cell.max_score for cell in provided.grade_cells}
        solutions = {cell.name for cell in provided.solution_cells}
        place = -1
        for cell in provided.source_cells:
            # Searched anew for each cell, since cells that are added move those behind them.
            found = [index for index, other in enumerate(nb.cells) if grade_id(other) == cell.name]
            if found:
                place = found[0]
            elif cell.name in points:
                place += 1
                added = self.missing_cell_transform(cell, points[cell.name], is_solution=cell.name in solutions)
                # nbgrader leaves out the id that nbformat asks of a cell.
                nb.cells.insert(place, nbformat.from_dict({"id": nbformat.v4.new_code_cell().id, **added}))
        return nb, resources


@memoised
def as_students_get_it(source: str) -> str:
    """Return the text of a provided cell without hidden tests and mark schemes."""
    cell = nbformat.from_dict({"metadata": {}, "source": source})
    for step in (ClearHiddenTests(enforce_metadata=False), ClearMarkScheme(enforce_metadata=False)):
        step.preprocess_cell(cell, {}, 0)
    return str(cell.source)


def restore(assignment: Assignment, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a submission as it is marked: without outputs, with the provided cells as the instructor wrote them.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission; changed in place.

    Raises:
        nbgrader.nbgraderformat.ValidationError: The nbgrader metadata of its cells is damaged.
    """
    parts = split(assignment.name, notebook)
    return join(assignment.name, {name: _restored(assignment.parts[name], part) for name, part in parts.items()})


def _restored(assignment: Assignment, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    resources: dict[str, Any] = {}
    # nbgrader's order: ids are made unique before cells are looked up by them, and metadata checked when all are in
    # place.
    for step in (ClearOutput(), DeduplicateIds()):
        notebook, resources = step.preprocess(notebook, resources)
    notebook, resources = PutBackCells().restore(notebook, resources, cells_in_source(assignment))
    notebook, _ = CheckCells().preprocess(notebook, resources)
    return notebook
