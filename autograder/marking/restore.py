"""Puts the provided cells of a submission back as the instructor wrote them, without a gradebook.

``nbgrader autograde`` does the same from its gradebook. `autograder mark` has none, so nbgrader's own preprocessor
is given the cells of the source notebook instead.

`PutBackCells` overrides methods of nbgrader 0.9.6's `OverwriteCells`. They have to be compared with nbgrader's when it
is upgraded: a cell that is not put back runs as a student changed it.
"""

from __future__ import annotations

import copy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    DeduplicateIds,
    OverwriteCells,
)

from autograder.course.assignment import Assignment
from autograder.course.course import find_course
from autograder.course.memo import memoised, once_each
from autograder.course.released_notebook import provided_cells, released
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.languages import DEFAULT
from autograder.marking.cell_metadata import CheckCells


class SourceCells:
    """Answers the questions that nbgrader's `OverwriteCells` asks its gradebook, from a source notebook."""

    def __init__(self, assignment: Assignment) -> None:
        self._cells = provided_cells(released(assignment))

    def __contains__(self, name: object) -> bool:
        """Return whether the source notebook has a cell of this name."""
        return name in self._cells

    def find_source_cell(self, name: str, _notebook: str, _assignment: str) -> SimpleNamespace:
        """Return what is known of the cell ``name``; see nbgrader's `Gradebook`."""
        if name not in self._cells:
            raise MissingEntry(f"no cell {name!r} in the source notebook")
        cell = self._cells[name]
        meta = cell.metadata.nbgrader
        return SimpleNamespace(
            name=name,
            cell_type=cell.cell_type,
            locked=utils.is_locked(cell),
            source=cell.source,
            checksum=meta.get("checksum"),
            max_score=float(meta.get("points", 0)),
        )

    find_graded_cell = find_source_cell

    def find_notebook(self, _notebook: str, _assignment: str) -> SimpleNamespace:
        """Return what is known of all cells; see nbgrader's `Gradebook`."""
        known = {name: self.find_source_cell(name, "", "") for name in self._cells}
        return SimpleNamespace(
            source_cells=list(known.values()),
            grade_cells=[known[name] for name, cell in self._cells.items() if utils.is_grade(cell)],
            solution_cells=[known[name] for name, cell in self._cells.items() if utils.is_solution(cell)],
            task_cells=[],
        )


@once_each
def source_cells(assignment: Assignment) -> SourceCells:
    """Return what is known of the cells of an assignment's source notebook."""
    return SourceCells(assignment)


class EditionGradebook:
    """Wraps nbgrader's gradebook, which knows one language's cells, and gives them the texts of another edition.

    The points, and which cells there are, stay the gradebook's.

    Args:
        gradebook: Open for as long as this is used.
        assignment: In the other language.
    """

    def __init__(self, gradebook: Gradebook, assignment: Assignment) -> None:
        self._gradebook = gradebook
        self._texts = source_cells(assignment)
        self.find_graded_cell = gradebook.find_graded_cell
        known = gradebook.find_notebook(assignment.name, assignment.name)
        self._points = {cell.name: cell.max_score for cell in known.grade_cells}
        self._solutions = {cell.name for cell in known.solution_cells}

    def find_source_cell(self, name: str | None, notebook: str, assignment: str) -> SimpleNamespace:
        """Return what is known of the cell ``name``; see nbgrader's `Gradebook`."""
        return self._in_edition(self._gradebook.find_source_cell(name, notebook, assignment))

    def find_notebook(self, notebook: str, assignment: str) -> SimpleNamespace:
        """Return what is known of all cells; see nbgrader's `Gradebook`."""
        known = self._gradebook.find_notebook(notebook, assignment)
        return SimpleNamespace(
            source_cells=[self._in_edition(cell) for cell in known.source_cells],
            grade_cells=known.grade_cells,
            solution_cells=known.solution_cells,
            task_cells=known.task_cells,
        )

    def _in_edition(self, known: Any) -> SimpleNamespace:
        """Return a source cell with the edition's text, and the checksum that fits it."""
        text = self._texts.find_source_cell(known.name, "", "").source if known.name in self._texts else known.source
        meta = {
            "grade_id": known.name,
            "grade": known.name in self._points,
            "solution": known.name in self._solutions,
            "locked": known.locked,
            "points": self._points.get(known.name, 0),
        }
        cell = nbformat.from_dict({"cell_type": known.cell_type, "source": text, "metadata": {"nbgrader": meta}})
        return SimpleNamespace(
            name=known.name,
            cell_type=known.cell_type,
            locked=known.locked,
            source=text,
            # nbgrader compares it with the student's: that of the other language's text would report every cell as
            # changed.
            checksum=utils.compute_checksum(cell),
        )


class PutBackCells(OverwriteCells):  # type: ignore[misc]
    """nbgrader's own step, which also copes with what people do to their notebooks.

    Takes the place of OverwriteCells in ``Autograde.sanitize_preprocessors``. nbgrader's own stops at a copy of one of
    its cells, at a graded cell of another assignment, and at a missing graded cell whose neighbour is missing too. It
    also calls every cell with hidden tests or a mark scheme changed, because students got it without them. This one
    reports only what a student changed.
    """

    _as_released = False

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Restore one notebook, in its own language: the gradebook has the cells of one edition only."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        language = nb.metadata.get(LANGUAGE, DEFAULT)
        with Gradebook(names["db_url"]) as gradebook:
            made = Assignment(find_course(Path.cwd()), self.assignment_id).in_language(language)
            self.gradebook = gradebook if language == DEFAULT else EditionGradebook(gradebook, made)
            nb, resources = self._put_back(nb, resources)
            # Tasks are cells of nbgrader's that this kit has no rules for: they are left to it.
            restored: tuple[nbformat.NotebookNode, dict[str, Any]] = self.add_missing_task_cells(nb, resources)
            return restored

    def _put_back(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        for index, cell in enumerate(nb.cells):
            nb.cells[index], resources = self.preprocess_cell(cell, resources, index)
        return self.add_missing_grade_cells(nb, resources)

    def preprocess_cell(
        self, cell: nbformat.NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Restore one cell; a cell that the assignment does not have becomes an ordinary one."""
        self._as_released = self._is_as_released(cell)
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        # nbgrader's own step takes the name from a cell that it does not know; the steps after it expect one.
        if "nbgrader" in cell.metadata and _grade_id(cell) is None:
            del cell.metadata["nbgrader"]
        return cell, resources

    def _is_as_released(self, cell: nbformat.NotebookNode) -> bool:
        """Return whether a cell reads as the instructor's does without the parts that students don't get."""
        try:
            provided = self.gradebook.find_source_cell(_grade_id(cell), self.notebook_id, self.assignment_id)
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
            found = [index for index, other in enumerate(nb.cells) if _grade_id(other) == cell.name]
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


def _grade_id(cell: nbformat.NotebookNode) -> str | None:
    name: str | None = cell.metadata.get("nbgrader", {}).get("grade_id")
    return name


class RestoreCells(PutBackCells):
    """Restores provided cells from a source notebook, and adds graded cells that are missing."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__()
        self.gradebook = source_cells(assignment)
        self.notebook_id = self.assignment_id = assignment.name

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Restore one notebook."""
        return self._put_back(nb, resources)


def restore(assignment: Assignment, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a submission as it is marked: without outputs, with the provided cells as the instructor wrote them.

    Args:
        assignment: The assignment, in the submission's language.
        notebook: The submission; changed in place.

    Raises:
        nbgrader.nbgraderformat.ValidationError: The nbgrader metadata of its cells is damaged.
    """
    resources: dict[str, Any] = {}
    # nbgrader's order: ids are made unique before cells are looked up by them, and metadata checked when all are in
    # place.
    for step in (ClearOutput(), DeduplicateIds(), RestoreCells(assignment), CheckCells()):
        notebook, resources = step.preprocess(notebook, resources)
    # A student's notebook may name a kernel of their own machine.
    notebook.metadata["kernelspec"] = copy.deepcopy(assignment.notebook.metadata["kernelspec"])
    return notebook
