"""Says where a course's own assignments lie, which ``nbgrader_config.py`` may say."""

from __future__ import annotations

import functools
from pathlib import Path

from traitlets import Unicode
from traitlets.config import Configurable


class Assignments(Configurable):
    """The folder of a course's own assignments: ``c.Assignments.directory`` in ``nbgrader_config.py``."""

    directory = Unicode("assignments", help="A folder below the course's root, or an absolute path").tag(config=True)


def assignments_folder(root: Path, config: Path) -> Path:
    """Return the folder of the assignments of the course at ``root``, whose settings are in the file ``config``."""
    text = config.read_text(encoding="utf-8") if config.is_file() else ""
    # To run the file takes as long as all that a short command does: nbgrader is imported there.
    return root / (_directory(root, text) if Assignments.__name__ in text else Assignments().directory)


@functools.cache
def _directory(root: Path, _text: str) -> str:
    from autograder.course.course import Course
    from autograder.course.nbgrader_app import load_config

    return Assignments(config=load_config(Course(root))).directory
