"""Says where a course's own assignments lie, which ``nbgrader_config.py`` may say."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

from traitlets import Unicode
from traitlets.config import Configurable
from traitlets.config.loader import PyFileConfigLoader


class Assignments(Configurable):
    """The folder of a course's own assignments: ``c.Assignments.directory`` in ``nbgrader_config.py``."""

    directory = Unicode("assignments", help="A folder below the course's root, or an absolute path").tag(config=True)


def assignments_folder(root: Path, config: Path) -> Path:
    """Return the folder of the assignments of the course at ``root``, whose settings are in the file ``config``."""
    return root / _directory(config, config.read_text(encoding="utf-8") if config.is_file() else "")


@functools.cache
def _directory(config: Path, text: str) -> str:
    # To run the file takes as long as all that a short command does: nbgrader is imported there. Mostly it need not be.
    if Assignments.__name__ not in text:
        return Assignments().directory
    match [line for line in text.split("\n") if Assignments.__name__ in line]:
        case [line] if line.startswith(start := "c.Assignments.directory = "):
            try:
                said = ast.literal_eval(line.removeprefix(start))
            except (SyntaxError, ValueError):
                said = None
            if isinstance(said, str):
                return said
    return Assignments(config=PyFileConfigLoader(config.name, path=str(config.parent)).load_config()).directory
