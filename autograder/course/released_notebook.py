"""Makes the notebook that students get from the source: without solutions, hidden tests and mark schemes.

Releases are made with these steps, and submissions are compared with their results.
"""

from __future__ import annotations

import copy
from typing import Any

import nbformat
from nbgrader.preprocessors import (
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    NbGraderPreprocessor,
)

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.memo import once_each
from autograder.i18n.catalogue import catalogue
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.languages import DEFAULT

# Tells, in the notebook's metadata, that it checks module files: handed in alone it holds no code.
LAYOUT = {"layout": "modules"}


class NameStubs(ClearSolutions):  # type: ignore[misc]
    """Replaces solutions by a line that raises NotImplementedError and names the problem.

    Where no hidden tests stand behind it, the line is nbgrader's own, as in notebooks that a course gave out before.
    """

    # nbgrader, which makes its steps itself, tells names instead.
    assignment: Assignment | None = None
    code_stub: dict[str, str]

    @classmethod
    def of(cls, assignment: Assignment) -> NameStubs:
        """Return the step for an assignment's notebook."""
        made = cls()
        made.assignment = assignment
        return made

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Clear one notebook."""
        self._catalogue = catalogue(nb.metadata.get(LANGUAGE, DEFAULT))
        self._named, self._plain = _stubs(self.assignment or _converted(resources)), self.code_stub
        self.set_trait("text_stub", self._catalogue.text(self.text_stub))
        cleared: tuple[nbformat.NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return cleared

    def preprocess_cell(
        self, cell: nbformat.NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Clear one cell."""
        name = grade_id(cell)
        self.code_stub = self._plain
        if name in self._named:
            line = self._catalogue.say("{problem}: replace this line with your code", problem=name)
            self.code_stub = {"python": f'raise NotImplementedError("{line}")'}
        cleared: tuple[nbformat.NotebookNode, dict[str, Any]] = super().preprocess_cell(cell, resources, cell_index)
        return cleared


def _stubs(assignment: Assignment | None) -> frozenset[str]:
    """Return the names of the cells in which students solve a problem that has hidden tests."""
    problems = assignment.problems.values() if assignment else ()
    return frozenset(problem.stub for problem in problems if problem.tested and problem.stub)


def _converted(resources: dict[str, Any]) -> Assignment | None:
    """Return what nbgrader is converting: a notebook of an assignment; None where it is none that is marked."""
    names = resources.get("nbgrader")
    return Assignment.here(names["assignment"]).parts.get(names["notebook"]) if names else None


def released(assignment: Assignment, *further: NbGraderPreprocessor) -> nbformat.NotebookNode:
    """Return the source notebook without solutions, its cells as nbgrader's release makes them.

    Args:
        assignment: In the language of the edition that is wanted.
        further: Preprocessors that remove more from it.
    """
    notebook = copy.deepcopy(assignment.notebook)
    resources: dict[str, Any] = {}
    for step in (LockCells(), NameStubs.of(assignment), ComputeChecksums(), *further):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


@once_each
def as_students_get_them(assignment: Assignment) -> nbformat.NotebookNode:
    """Return an assignment's cells as they are released."""
    return released(assignment, ClearHiddenTests(), ClearMarkScheme(enforce_metadata=False))
