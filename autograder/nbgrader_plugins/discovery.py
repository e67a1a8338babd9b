"""Makes ``nbgrader autograde`` see submissions without a notebook: module files, or an archive.

nbgrader 0.9.6 looks for ``*.ipynb`` before it asks any of its hooks, and passes over a folder without one. So this one
method of its converter, ``init_notebooks``, is extended; nothing is written into the folder of submissions.
`autograder.nbgrader_plugins.exporter.MendingExporter` makes the notebook of such a submission. The times of
submissions, which nbgrader also reads before its hooks, are read within bounds, and points are compared before anything
is replaced.
"""

from __future__ import annotations

import functools
import glob
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde

from autograder.nbgrader_plugins.compare_points import compare_points
from autograder.submissions.checks import Rejected, is_empty, submitted_at


def see_all() -> None:
    """Make nbgrader's autograding find all submissions; doing so again changes nothing."""
    found = Autograde.init_notebooks
    if hasattr(found, "__wrapped__"):
        return

    @functools.wraps(found)
    def init_notebooks(self: Any) -> None:
        compare_points(self)
        # nbgrader's own reads the whole file, and raises for a text that is no time: that would end the run for
        # everybody.
        self.coursedir.get_existing_timestamp = time_of
        folders = [Path(name) for name in glob.glob(_submitted(self))]
        bare = {str(folder): [str(folder / f"{folder.name}.ipynb")] for folder in folders if _holds_no_notebook(folder)}
        if bare and not any(any(folder.glob("*.ipynb")) for folder in folders):
            self.assignments, self.notebooks = {}, []  # nbgrader's own search would end in an error
        else:
            found(self)
        self.assignments.update(bare)

    Autograde.init_notebooks = init_notebooks


def time_of(folder: str) -> datetime | None:
    """Return when a submission came; nonsense counts as later than any time, so that it is looked at and refused."""
    try:
        return submitted_at(Path(folder))
    except Rejected:
        return datetime.max


def _submitted(converter: Autograde) -> str:
    folders = converter.coursedir
    return str(folders.format_path(folders.submitted_directory, folders.student_id, folders.assignment_id))


def _holds_no_notebook(folder: Path) -> bool:
    """Return whether something was handed in, but nothing that nbgrader takes for a notebook."""
    return folder.is_dir() and not is_empty(folder) and not any(folder.glob("*.ipynb"))
