"""nbgrader's autograde over a whole class, whatever files the hand-ins are."""

from __future__ import annotations

import glob
from pathlib import Path

from nbgrader.converters import Autograde


class AutogradeAll(Autograde):  # type: ignore[misc]
    """Also takes in a hand-in that is no notebook by its name: an archive, a folder in a folder.

    ``nbgrader autograde`` passes these over without a word in the gradebook. Which file is the notebook is decided by
    `autograder.choice`; what holds none is refused with a record, like all that cannot be marked.
    """

    def init_notebooks(self) -> None:
        """Take down the notebooks of each hand-in, or the one that will be found in it."""
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        self.notebooks: list[str] = []
        self.assignments = {
            folder: sorted(glob.glob(f"{glob.escape(folder)}/*.ipynb")) or [f"{folder}/{Path(folder).name}.ipynb"]
            for folder in glob.glob(pattern)
        }
        if not self.assignments:
            super().init_notebooks()  # says what it looked for
