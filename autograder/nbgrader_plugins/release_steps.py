"""Runs the leak check as nbgrader's preprocessors, so that nbgrader's commands and formgrader refuse as well.

``nbgrader_config.py`` names both: the first step for a source notebook, and the last.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.release.leaks.check import read_files, refuse_files, refuse_source
from autograder.release.leaks.findings import Findings
from autograder.release.release import Resources, assignment_of


class CheckSource(NbGraderPreprocessor):  # type: ignore[misc]
    """Refuses a source notebook from which solutions and hidden tests cannot be removed."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Look at the source.

        Raises:
            LeakError: The source is refused.
        """
        refuse_source(assignment_of(resources))
        return nb, resources


class RefuseLeaks(NbGraderPreprocessor):  # type: ignore[misc]
    """Refuses a release that would give something away: the notebook, and all files that go with it."""

    def preprocess(self, nb: nbformat.NotebookNode, resources: Resources) -> tuple[nbformat.NotebookNode, Resources]:
        """Look at everything that is about to be released.

        Raises:
            LeakError: The release is refused.
        """
        names = resources["nbgrader"]
        folders = CourseDirectory(parent=self)
        folder = Path(folders.format_path(folders.release_directory, names["student"], names["assignment"]))
        findings = Findings()
        # nbgrader has copied the files by now, and writes the notebook after this step.
        files = dict(read_files(folder, findings)) if folder.is_dir() else {}
        files.update(resources.get("outputs", {}))
        files[f"{names['notebook']}.ipynb"] = nbformat.writes(nb).encode()
        refuse_files(assignment_of(resources), files, names["assignment"], findings)
        return nb, resources
