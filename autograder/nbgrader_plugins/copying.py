"""Makes nbgrader copy nothing but the attachments of a submission into ``autograded`` and ``feedback``.

`autograder.nbgrader_plugins.attachments` tells what an attachment is. nbgrader 0.9.6 copies all files that lie beside a
notebook, links followed, before any preprocessor runs, and has no setting for that. So the one method that copies,
``BaseConverter.init_assignment``, and the one that looks for what is to be converted, ``start``, are extended for these
two steps; releases are made as before. An nbgrader that copies elsewhere would copy everything again.
"""

from __future__ import annotations

import filecmp
import functools
import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory

from autograder.nbgrader_plugins.attachments import NOTEBOOKS, attachments, copy_file, sweep

STEPS = (Autograde, GenerateFeedback)


def copy_attachments_only() -> None:
    """Extend nbgrader's steps; doing so again changes nothing."""
    copies_all = BaseConverter.init_assignment
    # nbgrader_config.py is read again for each application in a process.
    if hasattr(copies_all, "__wrapped__"):
        return

    @functools.wraps(copies_all)
    def init_assignment(self: Any, assignment_id: str, student_id: str) -> None:
        # The base class is extended, because nbgrader's steps inherit the method from it.
        if not isinstance(self, STEPS):
            copies_all(self, assignment_id, student_id)
            return
        source, place = (Path(find(assignment_id, student_id)) for find in (self._format_source, self._format_dest))
        for file in attachments(source, self.coursedir.ignore):
            copy_file(file, place / file.relative_to(source))

    BaseConverter.init_assignment = init_assignment
    BaseConverter.start = _sweeping(BaseConverter.start)


def _sweeping(start: Callable[[Any], None]) -> Callable[[Any], None]:
    @functools.wraps(start)
    def sweep_first(self: Any) -> None:
        if isinstance(self, STEPS):
            for folder in sweep_class(self.coursedir):
                self.log.warning("Removed from %s what was handed in and can do something", folder)
        start(self)

    return sweep_first


def sweep_class(folders: CourseDirectory) -> list[Path]:
    """Sweep all marked submissions of an assignment and their feedback; return the folders that lost files.

    Needed because nbgrader and the writer leave a folder as it is when its submission has not changed.
    """
    source = Path(folders.format_path(folders.source_directory, ".", folders.assignment_id))
    pages = {f"{notebook.stem}.html" for notebook in source.glob(NOTEBOOKS)}

    def is_marked(file: Path, folder: Path) -> bool:
        # By its content: a student can hand in a file under a name of the instructor's.
        provided = source / file.relative_to(folder)
        notebook = file.parent == folder and file.match(NOTEBOOKS)  # none of the student's was ever copied
        return notebook or (provided.is_file() and filecmp.cmp(provided, file, shallow=False))

    def is_page(file: Path, folder: Path) -> bool:
        return file.parent == folder and file.name in pages

    kept = {folders.autograded_directory: is_marked, folders.feedback_directory: is_page}
    return [folder for step in kept for folder in _of_class(folders, step) if sweep(folder, kept[step])]


def _of_class(folders: CourseDirectory, step: str) -> list[Path]:
    """Return the folders that a step has made, one for each student."""
    found = map(Path, glob.glob(folders.format_path(step, "*", folders.assignment_id)))
    # Through a link, files elsewhere would be removed.
    return [folder for folder in found if folder.is_dir() and not folder.is_symlink()]
