"""Reads the scores of a class from nbgrader's gradebook, and compares its points with those of the source notebook."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import nbgrader.api
from nbgrader.api import (
    BaseCell,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import func, select

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.gradebook_database import database_missing, reading
from autograder.course.joined_notebooks import cell_name
from autograder.course.nbgrader_app import load_config
from autograder.course.score import Score, points


class CellGrade(NamedTuple):
    """The points of one graded cell of a submission; see `autograder.course.score.GradedCell`."""

    auto_score: float | None
    manual_score: float | None
    extra_credit: float | None
    max_score: float


@dataclass
class GradebookScore:
    """What the gradebook says of one submission.

    Attributes:
        cells: The graded cells of the notebooks that are marked, by their names in the assignment.
        others: Those of other notebooks that an instructor has put beside it.
        penalties: The points that it loses for being late, by nbgrader's keys of its notebooks.
    """

    cells: dict[str, CellGrade] = field(default_factory=dict)
    others: list[CellGrade] = field(default_factory=list)
    penalties: dict[str, float] = field(default_factory=dict)

    @property
    def penalty(self) -> float:
        """The points that it loses for being late."""
        return sum(self.penalties.values())

    @property
    def score(self) -> Score:
        """Its score, as nbgrader adds it up."""
        return Score.of_cells([*self.cells.values(), *self.others], self.penalty)


def gradebook_address(course: Course) -> str:
    """Return SQLAlchemy's address of a course's gradebook, whether or not it is there."""
    url: str = CourseDirectory(config=load_config(course)).db_url
    return url


def gradebook_url(course: Course) -> str | None:
    """Return SQLAlchemy's address of a course's gradebook; None while there is none."""
    url = gradebook_address(course)
    return None if database_missing(url) else url


def gradebook_scores(assignment: Assignment, student: str | None = None) -> dict[str, GradebookScore]:
    """Return what the gradebook says of an assignment's submissions, or one's, by student; nothing where it has none.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    url = gradebook_url(assignment.course)
    return {} if url is None else read_scores(url, assignment.name, assignment.notebooks, student)


def read_scores(
    url: str, assignment: str, notebooks: Collection[str], student: str | None = None
) -> dict[str, GradebookScore]:
    """Return what a gradebook says of the submissions of an assignment, by student.

    Args:
        url: SQLAlchemy's address of its database.
        assignment: nbgrader's name of the assignment.
        notebooks: The names of the notebooks that are marked.
        student: The student whose submission is read; None for all.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    # The tables and not the classes of cells: SQLAlchemy would load each cell as an object of its kind.
    cell, graded, task = BaseCell.__table__, GradeCell.__table__, TaskCell.__table__
    chosen = (
        select(
            SubmittedAssignment.student_id,
            SubmittedNotebook.id,
            SubmittedNotebook.late_submission_penalty,
            Notebook.name,
            cell.c.name,
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            func.coalesce(graded.c.max_score, task.c.max_score, 0.0),
        )
        .select_from(Grade)
        .join(cell, cell.c.id == Grade.cell_id)
        .outerjoin(graded, graded.c.id == cell.c.id)
        .outerjoin(task, task.c.id == cell.c.id)
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(nbgrader.api.Assignment, nbgrader.api.Assignment.id == SubmittedAssignment.assignment_id)
        .where(nbgrader.api.Assignment.name == assignment)
    )
    if student is not None:
        chosen = chosen.where(SubmittedAssignment.student_id == student)
    found: dict[str, GradebookScore] = {}
    with reading(url) as connection:
        for whose, key, penalty, notebook, name, *scores in connection.execute(chosen):
            score = found.setdefault(whose, GradebookScore())
            score.penalties[key] = penalty or 0.0
            if notebook in notebooks:
                score.cells[cell_name(assignment, notebook, name)] = CellGrade(*scores)
            else:
                score.others.append(CellGrade(*scores))
    return found


def gradebook_names(assignment: Assignment) -> dict[str, str]:
    """Return the names of the students on the roster, first name first, by student; of those who have one there.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    names = {one.id: " ".join(filter(None, one[1:3])) for one in gradebook_students(assignment.course)}
    return {student: name for student, name in names.items() if name}


class GradebookStudent(NamedTuple):
    """A student on the gradebook's roster; what nobody has entered is None."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None


def gradebook_students(course: Course) -> list[GradebookStudent]:
    """Return the students on the roster of a course's gradebook, in the order of their ids; none without a gradebook.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    if (url := gradebook_url(course)) is None:
        return []
    table = Student.__table__
    with reading(url) as connection:
        chosen = select(table.c.id, table.c.first_name, table.c.last_name, table.c.email).order_by(table.c.id)
        return [GradebookStudent(*row) for row in connection.execute(chosen)]


def gradebook_points(assignment: Assignment) -> dict[str, float]:
    """Return the points of an assignment's cells as the gradebook has them, by their names in the assignment.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    if (url := gradebook_url(assignment.course)) is None:
        return {}
    cell = BaseCell.__table__
    found: dict[str, float] = {}
    with reading(url) as connection:
        for table in (GradeCell.__table__, TaskCell.__table__):
            chosen = (
                select(Notebook.name, cell.c.name, table.c.max_score)
                .join(table, table.c.id == cell.c.id)
                .join(Notebook, Notebook.id == cell.c.notebook_id)
                .join(nbgrader.api.Assignment, nbgrader.api.Assignment.id == Notebook.assignment_id)
                .where(nbgrader.api.Assignment.name == assignment.name, Notebook.name.in_(assignment.notebooks))
            )
            for notebook, name, most in connection.execute(chosen):
                found[cell_name(assignment.name, notebook, name)] = most
    return found


def check_points(assignment: Assignment, known: Mapping[str, float]) -> None:
    """Refuse a gradebook whose points are not those of the source notebook: a score would then have two maxima.

    Args:
        assignment: The assignment; its source notebook says what a cell should have.
        known: What the gradebook says, by ``grade_id``; nothing where it does not know the assignment yet.

    Raises:
        CourseError: They differ; the message names the cells.
    """
    if not known:
        return
    wanted = {problem.check: problem.points for problem in assignment.problems.values()}
    lines = [
        f"  {name}: {_points(known.get(name))} in the gradebook, {_points(wanted.get(name))} in the source"
        for name in dict.fromkeys([*wanted, *known])
        if known.get(name) != wanted.get(name)
    ]
    if lines:
        raise CourseError(
            f"the gradebook has other points than {assignment.notebook_file}: run `autograder release "
            f"{assignment.name}`, which puts those of the source into the gradebook, then `autograder grade "
            f"{assignment.name}`; or take the change of the source back\n" + "\n".join(lines)
        )


def _points(value: float | None) -> str:
    return "no such cell" if value is None else f"{points(value)} points"
