"""Reads what the gradebook says of one submission: points, what lateness costs, comments that people wrote."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry

from autograder.course.gradebook_database import database_errors
from autograder.course.gradebook_scores import GradebookScore, read_scores


@dataclass
class Entered(GradebookScore):
    """What the gradebook says of one submission.

    Attributes:
        comments: What people wrote below cells, by ``grade_id``; without nbgrader's own remarks.
    """

    comments: dict[str, str] = field(default_factory=dict)


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
        comments = {comment.name: comment.manual_comment for comment in notebook.comments if comment.manual_comment}
    score = read_scores(url, assignment, student).get(student, GradebookScore())
    return Entered(score.cells, score.others, score.penalties, comments)
