"""Reads submissions for nbgrader: repaired first, so that no notebook is too damaged for it.

Takes the place of nbconvert's NotebookExporter in ``Autograde.exporter_class``. The files that were handed in stay as
they are.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter

from autograder.course.joined_notebooks import split
from autograder.nbgrader_plugins.reading import submission_of, submitted_folder


class MendingExporter(NotebookExporter):
    """Repairs what students handed in; reads what nbgrader itself wrote as it is."""

    # The base declares a NotebookNode, and returns what its own from_notebook_node makes: text.
    def from_filename(  # type: ignore[override]
        self, filename: str, resources: dict[str, Any] | None = None, **arguments: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert one notebook.

        Raises:
            Rejected: It is not a submission.
        """
        names = (resources or {})["nbgrader"]
        made: Any
        # nbgrader's second pass reads the autograded notebook with the same exporter.
        if Path(filename).resolve().parent != submitted_folder(self, names).resolve():
            made = super().from_filename(filename, resources=resources, **arguments)
            return made  # type: ignore[no-any-return]
        # The whole folder, because the file that nbgrader found need not be the one that is marked.
        read = submission_of(self, names)
        notebook = read.notebook
        if read.assignment.joined:
            notebook = split(read.assignment.name, notebook).get(names["notebook"], notebook)
        made = self.from_notebook_node(notebook, resources, **arguments)
        return made  # type: ignore[no-any-return]
