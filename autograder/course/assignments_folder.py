"""Says where a course's own assignments lie, which ``nbgrader_config.py`` may say."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from traitlets import Unicode
from traitlets.config import Configurable


class Assignments(Configurable):
    """The folder of a course's own assignments: ``c.Assignments.directory`` in ``nbgrader_config.py``."""

    directory = Unicode("assignments", help="A folder below the course's root, or an absolute path").tag(config=True)


def assignments_folder(root: Path, config: Path) -> Path:
    """Return the folder of the assignments of the course at ``root``, whose settings are in the file ``config``."""
    return root / _directory(root, config.read_text(encoding="utf-8") if config.is_file() else "")


@functools.cache
def _directory(root: Path, config: str) -> str:
    # To run the file takes as long as all that a short command does: nbgrader is imported there. Mostly it need not be.
    if Assignments.__name__ not in config:
        return Assignments().directory
    match [line for line in config.split("\n") if Assignments.__name__ in line]:
        case [line] if line.startswith(start := "c.Assignments.directory = "):
            try:
                said = ast.literal_eval(line.removeprefix(start))
            except (SyntaxError, ValueError):
                said = None
            if isinstance(said, str):
                return said
    from autograder.course.course import Course
    from autograder.course.nbgrader_app import load_config

    return Assignments(config=load_config(Course(root))).directory
