"""Reads what the gradebook says of one submission: points, comments that people wrote, what lateness costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry

from autograder.course.gradebook_database import database_errors
from autograder.course.score import Score


@dataclass(frozen=True)
class EnteredPoints:
    """The points of one graded cell; see `autograder.course.score.GradedCell`."""

    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    max_score: float


@dataclass(frozen=True)
class Entered:
    """What the gradebook says of one submission.

    Attributes:
        points: Of each graded cell, by ``grade_id``.
        comments: What people wrote below cells, by ``grade_id``; without nbgrader's own remarks.
        penalty: Points that are taken off for being late.
    """

    points: Mapping[str, EnteredPoints]
    comments: Mapping[str, str] = field(default_factory=dict)
    penalty: float = 0.0

    @property
    def score(self) -> Score:
        """The submission's score."""
        return Score.of_cells(self.points.values(), self.penalty)


def read_entered(url: str, assignment: str, student: str) -> Entered | None:
    """Return what a gradebook says of a submission; None when it knows none.

    Args:
        url: The address of its database.
        assignment: nbgrader's name of the assignment, which is its notebook's name, too.
        student: The student's id.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    with database_errors(url), Gradebook(url) as gradebook:
        try:
            notebook = gradebook.find_submission_notebook(assignment, assignment, student)
        except MissingEntry:
            return None
        return Entered(
            {
                grade.name: EnteredPoints(grade.auto_score, grade.manual_score, grade.extra_credit, grade.max_score)
                for grade in notebook.grades
            },
            {comment.name: comment.manual_comment for comment in notebook.comments if comment.manual_comment},
            notebook.late_submission_penalty or 0.0,
        )
