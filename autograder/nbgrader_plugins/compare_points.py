"""Compares the gradebook's points with the source notebook's, in nbgrader's steps: a score would have two maxima."""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.preprocessors import Preprocessor
from traitlets import Bool

from autograder.course.assignment import Assignment
from autograder.course.gradebook_scores import check_points, gradebook_points


# nbgrader's own class of preprocessors warns of an option of the exporter's, in each log that formgrader shows.
class ComparePoints(Preprocessor):
    """Refuses to make feedback while gradebook and source notebook have other points."""

    enabled = Bool(True).tag(config=True)

    def preprocess(
        self, nb: nbformat.NotebookNode, resources: dict[str, Any]
    ) -> tuple[nbformat.NotebookNode, dict[str, Any]]:
        """Return the notebook as it is.

        Raises:
            CourseError: They have other points; the message names the cells.
        """
        assignment = Assignment.here(resources["nbgrader"]["assignment"])
        check_points(assignment, gradebook_points(assignment))
        return nb, resources
