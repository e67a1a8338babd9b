"""Reads what the gradebook says of one submission: points, what lateness costs, comments that people wrote."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook, MissingEntry

from autograder.course.assignment import Assignment
from autograder.course.gradebook_database import database_errors
from autograder.course.gradebook_scores import GradebookScore, read_scores
from autograder.course.joined_notebooks import cell_name


@dataclass
class Entered(GradebookScore):
    """What the gradebook says of one submission.

    Attributes:
        comments: What people wrote below cells, by ``grade_id``; without nbgrader's own remarks.
    """

    comments: dict[str, str] = field(default_factory=dict)


def read_entered(url: str, assignment: Assignment, student: str) -> Entered | None:
    """Return what a gradebook says of a submission; None when it knows none.

    Args:
        url: The address of its database.
        assignment: The assignment.
        student: The student's id.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    with database_errors(url), Gradebook(url) as gradebook:
        try:
            comments = {
                cell_name(assignment.name, name, comment.name): comment.manual_comment
                for name in assignment.notebooks
                for comment in gradebook.find_submission_notebook(name, assignment.name, student).comments
                if comment.manual_comment
            }
        except MissingEntry:
            return None
    score = read_scores(url, assignment.name, assignment.notebooks, student).get(student, GradebookScore())
    return Entered(score.cells, score.others, score.penalties, comments)
