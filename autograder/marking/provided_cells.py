"""Holds the instructor's cells of a notebook as plain data, from nbgrader's gradebook or from the source notebook.

They answer what nbgrader's preprocessors ask its gradebook, and travel to workers, which have none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from types import SimpleNamespace

import msgspec
import nbformat
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry

from autograder.course.assignment import Assignment
from autograder.course.cells import cells_by_id
from autograder.course.joined_notebooks import SEPARATOR, cell_name
from autograder.course.memo import once_each
from autograder.course.released_notebook import released


class ProvidedCell(msgspec.Struct, frozen=True):
    """One cell of the instructor's.

    Attributes:
        name: Its ``grade_id``.
        cell_type: ``code`` or ``markdown``.
        locked: Whether students may not change it.
        source: Its text, with the parts that students don't get.
        checksum: nbgrader's checksum of the text.
        grade: Whether it has points.
        solution: Whether students write in it.
        task: Whether it is a task, in nbgrader's sense.
        max_score: Its points.
    """

    name: str
    cell_type: str
    locked: bool
    source: str
    checksum: str | None
    grade: bool = False
    solution: bool = False
    task: bool = False
    max_score: float = 0.0


class ProvidedCells(msgspec.Struct, frozen=True):
    """The cells of one notebook; answers what nbgrader's preprocessors ask its gradebook.

    Attributes:
        cells: In the notebook's order.
        kernelspec: The kernel that the notebook is run with, as JSON; None where the gradebook does not say.
    """

    cells: tuple[ProvidedCell, ...]
    kernelspec: str | None

    @property
    def graded(self) -> tuple[ProvidedCell, ...]:
        """The cells that have points."""
        return tuple(cell for cell in self.cells if cell.grade)

    def find_source_cell(self, name: str | None, _notebook: str, _assignment: str) -> ProvidedCell:
        """Return the cell ``name``.

        Raises:
            MissingEntry: There is no such cell.
        """
        for cell in self.cells:
            if cell.name == name:
                return cell
        raise MissingEntry(f"the instructor has no cell {name!r}")

    find_graded_cell = find_source_cell

    def find_notebook(self, _notebook: str, _assignment: str) -> SimpleNamespace:
        """Return what is known of all cells; see nbgrader's `Gradebook`."""
        return SimpleNamespace(
            source_cells=list(self.cells),
            grade_cells=list(self.graded),
            solution_cells=[cell for cell in self.cells if cell.solution],
            task_cells=[cell for cell in self.cells if cell.task],
        )

    def part(self, assignment: str, notebook: str) -> ProvidedCells:
        """Return the cells of one of an assignment's notebooks, under the names that nbgrader knows them by there."""
        if notebook == assignment:
            return ProvidedCells(tuple(cell for cell in self.cells if SEPARATOR not in cell.name), self.kernelspec)
        start = cell_name(assignment, notebook, "")
        mine = (cell for cell in self.cells if cell.name.startswith(start))
        named = (msgspec.structs.replace(cell, name=cell.name.removeprefix(start)) for cell in mine)
        return ProvidedCells(tuple(cell for cell in named if SEPARATOR not in cell.name), self.kernelspec)

    def in_edition(self, assignment: Assignment) -> ProvidedCells:
        """Return the same cells with the texts of an edition; points, and which cells there are, stay.

        Args:
            assignment: In the language of the edition.
        """
        texts = {cell.name: cell.source for cell in cells_in_source(assignment).cells}
        cells = tuple(_with_text(cell, texts.get(cell.name, cell.source)) for cell in self.cells)
        return ProvidedCells(cells, self.kernelspec)


def _with_text(known: ProvidedCell, text: str) -> ProvidedCell:
    meta = {
        "grade_id": known.name,
        "grade": known.grade,
        "solution": known.solution,
        "locked": known.locked,
        "points": known.max_score,
    }
    cell = nbformat.from_dict({"cell_type": known.cell_type, "source": text, "metadata": {"nbgrader": meta}})
    # nbgrader compares the checksum with the student's: that of another language's text would report every cell as
    # changed.
    return msgspec.structs.replace(known, source=text, checksum=utils.compute_checksum(cell))


@once_each
def cells_in_source(assignment: Assignment) -> ProvidedCells:
    """Return the instructor's cells in an assignment's source notebook, in the assignment's language."""
    cells = cells_by_id(released(assignment)).items()
    return ProvidedCells(
        tuple(
            ProvidedCell(
                name=name,
                cell_type=cell.cell_type,
                locked=utils.is_locked(cell),
                source=cell.source,
                checksum=cell.metadata.nbgrader.get("checksum"),
                grade=utils.is_grade(cell),
                solution=utils.is_solution(cell),
                task=utils.is_task(cell),
                max_score=float(cell.metadata.nbgrader.get("points", 0)),
            )
            for name, cell in cells
        ),
        json.dumps(assignment.notebook.metadata["kernelspec"]),
    )


def all_cells_in_gradebook(gradebook: Gradebook, assignment: str, notebooks: Sequence[str]) -> ProvidedCells:
    """Return the instructor's cells of an assignment as nbgrader's gradebook has them, in the order of its notebooks.

    Raises:
        MissingEntry: The gradebook does not have one of the notebooks.
    """
    found = {name: cells_in_gradebook(gradebook, assignment, name) for name in notebooks}
    cells = (
        msgspec.structs.replace(cell, name=cell_name(assignment, notebook, cell.name))
        for notebook, known in found.items()
        for cell in known.cells
    )
    return ProvidedCells(tuple(cells), next(iter(found.values())).kernelspec)


def cells_in_gradebook(gradebook: Gradebook, assignment: str, notebook: str) -> ProvidedCells:
    """Return the instructor's cells of a notebook as nbgrader's gradebook has them.

    Raises:
        MissingEntry: The gradebook has no such notebook.
    """
    known = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in (*known.grade_cells, *known.task_cells)}
    graded, solutions, tasks = (
        {cell.name for cell in cells} for cells in (known.grade_cells, known.solution_cells, known.task_cells)
    )
    cells = tuple(
        ProvidedCell(
            name=cell.name,
            cell_type=cell.cell_type,
            locked=cell.locked,
            source=cell.source,
            checksum=cell.checksum,
            grade=cell.name in graded,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            max_score=points.get(cell.name, 0.0),
        )
        for cell in known.source_cells
    )
    return ProvidedCells(cells, known.kernelspec)
