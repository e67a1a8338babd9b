"""Runs a notebook with the hidden parts of its check cells, in kernels of which nothing is shown.

See `autograder.marking.course_checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.limits import Limits
from autograder.course.results import ProblemResult
from autograder.marking.course_checks import without_hidden
from autograder.marking.execution.isolation import Isolation
from autograder.marking.notebook_runner import NotebookMarker, to_run_again


@dataclass(frozen=True)
class CheckedApart:
    """What came of the check cells of a notebook in a run with their hidden parts.

    Attributes:
        results: Results by problem; none where no check has a hidden part.
        over_budget: Whether something was not run because the time for marking was used up.
    """

    results: Mapping[str, ProblemResult] = field(default_factory=dict)
    over_budget: bool = False


class ChecksApart(NotebookMarker):
    """Runs a notebook's cells as nbgrader does, and takes the points from what check cells show."""

    def mark(self) -> dict[str, ProblemResult]:
        """Run the cells up to the last check that gives points, and return results by problem."""
        code = [index for index, cell in enumerate(self._notebook.cells) if cell.cell_type == "code"]
        try:
            self._run_cells(1 + max(filter(self._kinds.gives_points, code), default=-1))
        finally:
            self._close()
        return self._results

    def _check(self, index: int, problem: str) -> None:
        if self._kinds.gives_points(index):
            self._results[problem] = self._checked(index, problem, self._run(index))
            return
        # What is behind it is for hidden tests, which no kernel may see.
        self._notebook.cells[index] = without_hidden(self._notebook.cells[index])
        self._run(index)


def checked_apart(
    assignment: Assignment,
    notebook: nbformat.NotebookNode,
    limits: Limits,
    isolation: Isolation,
    folder: Path,
    modules: Mapping[str, str],
    *,
    all_cells: bool = False,
) -> CheckedApart:
    """Return what the check cells come to where any has a hidden part; see `NotebookMarker` for the arguments.

    The run has a budget of its own, so that the run that is shown has as much time as without it.
    """
    checks = {problem.check for problem in assignment.problems.values() if problem.in_kernel}
    if not any(grade_id(cell) in checks and without_hidden(cell) is not cell for cell in notebook.cells):
        return CheckedApart()
    apart = to_run_again(notebook)
    marker = ChecksApart(assignment, apart, limits, isolation, folder, modules, all_cells=all_cells)
    return CheckedApart(marker.mark(), marker.budget.reached)
