"""Lets ``nbgrader autograde`` see hand-ins in which no file is called a notebook: module files, or an archive.

nbgrader looks for ``*.ipynb`` before it asks any of its hooks, and passes over a folder without one. So this one method
of its converter is extended; nothing is written into the folder of hand-ins. What such a hand-in's notebook is,
`autograder.nbgrader_plugins.exporter.MendingExporter` tells. The times of hand-ins, which nbgrader reads before its
hooks too, are read within bounds.
"""

from __future__ import annotations

import functools
import glob
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde

from autograder.submissions.checks import Rejected, handed_in_at, is_empty


def see_all(converter: type[Autograde] = Autograde) -> None:
    """Make a converter find all hand-ins; doing so again changes nothing."""
    found = converter.init_notebooks
    if hasattr(found, "__wrapped__"):
        return

    @functools.wraps(found)
    def init_notebooks(self: Any) -> None:
        self.coursedir.get_existing_timestamp = time_of
        folders = [Path(name) for name in glob.glob(_submitted(self))]
        bare = {str(folder): [str(folder / f"{folder.name}.ipynb")] for folder in folders if _holds_no_notebook(folder)}
        if bare and not any(any(folder.glob("*.ipynb")) for folder in folders):
            self.assignments, self.notebooks = {}, []  # nbgrader's own search would end in an error
        else:
            found(self)
        self.assignments.update(bare)

    converter.init_notebooks = init_notebooks


def time_of(folder: str) -> datetime | None:
    """Return when a hand-in came; for one that says nonsense, later than any, so that it is looked at and refused."""
    try:
        return handed_in_at(Path(folder))
    except Rejected:
        return datetime.max


def _submitted(converter: Autograde) -> str:
    folders = converter.coursedir
    return str(folders.format_path(folders.submitted_directory, folders.student_id, folders.assignment_id))


def _holds_no_notebook(folder: Path) -> bool:
    """Whether something was handed in, but nothing that nbgrader takes for a notebook."""
    return folder.is_dir() and not is_empty(folder) and not any(folder.glob("*.ipynb"))
