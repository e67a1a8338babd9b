"""Holds the cells that nbgrader's gradebook has of a notebook as plain data: workers put them back without it."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
from nbgrader.api import Gradebook, MissingEntry


class KnownCell(msgspec.Struct, frozen=True):
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


class KnownCells(msgspec.Struct, frozen=True):
    """The cells of one notebook; answers what nbgrader's preprocessors ask its gradebook.

    Attributes:
        cells: In the notebook's order.
        kernelspec: The kernel that the notebook is run with, as JSON; None where the gradebook does not say.
    """

    cells: tuple[KnownCell, ...]
    kernelspec: str | None

    @property
    def graded(self) -> tuple[KnownCell, ...]:
        """The cells that have points."""
        return tuple(cell for cell in self.cells if cell.grade)

    def find_source_cell(self, name: str | None, _notebook: str, _assignment: str) -> KnownCell:
        """Return the cell ``name``.

        Raises:
            MissingEntry: The gradebook has no such cell.
        """
        for cell in self.cells:
            if cell.name == name:
                return cell
        raise MissingEntry(f"no cell {name!r} in the gradebook")

    find_graded_cell = find_source_cell

    def find_notebook(self, _notebook: str, _assignment: str) -> SimpleNamespace:
        """Return what is known of all cells; see nbgrader's `Gradebook`."""
        return SimpleNamespace(
            source_cells=list(self.cells),
            grade_cells=list(self.graded),
            solution_cells=[cell for cell in self.cells if cell.solution],
            task_cells=[cell for cell in self.cells if cell.task],
        )


def known_cells(gradebook: Gradebook, assignment: str, notebook: str) -> KnownCells:
    """Return the cells that a gradebook knows of a notebook.

    Raises:
        MissingEntry: The gradebook has no such notebook.
    """
    known = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in (*known.grade_cells, *known.task_cells)}
    graded, solutions, tasks = (
        {cell.name for cell in cells} for cells in (known.grade_cells, known.solution_cells, known.task_cells)
    )
    cells = tuple(
        KnownCell(
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
    return KnownCells(cells, known.kernelspec)
