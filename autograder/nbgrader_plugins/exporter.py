"""Reads submissions for nbgrader: repaired first, so that no notebook is too damaged for it.

Takes the place of nbconvert's NotebookExporter in ``Autograde.exporter_class``. The files that were handed in stay as
they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import find_course
from autograder.i18n.messages import from_form, to_form
from autograder.submissions.read import read_submission

MENDED = "autograder_mended"


class MendingExporter(NotebookExporter):
    """Repairs what students handed in; reads what nbgrader itself wrote as it is."""

    # The base declares a NotebookNode, and returns what its own from_notebook_node makes: text.
    def from_filename(  # type: ignore[override]
        self, filename: str, resources: dict[str, Any] | None = None, **arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook.

        A list of what was repaired is left in the notebook's metadata, for `take_mended`.

        Raises:
            Rejected: It is not a submission.
        """
        names = (resources or {})["nbgrader"]
        made: Any
        folder = submitted_folder(self, names)
        # nbgrader's second pass reads the autograded notebook with the same exporter.
        if Path(filename).resolve().parent != folder.resolve():
            made = super().from_filename(filename, resources=resources, **arguments)
            return made  # type: ignore[no-any-return]
        assignment = Assignment(find_course(Path.cwd()), names["assignment"])
        # The whole folder, because the file that nbgrader found need not be the one that is marked.
        submission = read_submission(assignment, folder)
        submission.notebook.metadata[MENDED] = [to_form(sentence) for sentence in submission.mended]
        made = self.from_notebook_node(submission.notebook, resources, **arguments)
        return made  # type: ignore[no-any-return]


def submitted_folder(parent: Any, names: dict[str, str]) -> Path:
    """Return the folder of a submission, by nbgrader's names of the ``student`` and the ``assignment``.

    The configuration of ``parent``, one of nbgrader's objects, says where submissions are.
    """
    folders = CourseDirectory(parent=parent)
    return Path(folders.format_path(folders.submitted_directory, names["student"], names["assignment"]))


def take_mended(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the sentences that say what was repaired in a notebook, and remove them from its metadata."""
    return [from_form(form) for form in notebook.metadata.pop(MENDED, [])]
