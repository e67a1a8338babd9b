"""Reads and writes the rows of one submission in nbgrader's tables, within a transaction.

nbgrader's own gradebook (0.9.6) commits within its methods, and looks each grade up by joining six tables. Here a
student's rows are read by their keys, which are indexed: that takes the same time in a class of ten and in one of
thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from nbgrader.api import Base, Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from autograder.grading.gradebook.book import Book, GradebookCell


@dataclass
class CellRow:
    """The fields that all rows of a submission have.

    Attributes:
        id: nbgrader's key; empty for a row that is not in the table yet.
        cell_id: The key of its cell.
        notebook_id: The key of the submitted notebook.
    """

    id: str = ""
    cell_id: str = ""
    notebook_id: str = ""


@dataclass
class GradeRow(CellRow):
    """nbgrader's ``Grade``: the points of one cell. The defaults are those of a cell that has not been marked."""

    auto_score: float | None = None
    manual_score: float | None = None
    extra_credit: float | None = None
    needs_manual_grade: bool = True


@dataclass
class CommentRow(CellRow):
    """nbgrader's ``Comment`` on one cell, without what a person has written."""

    auto_comment: str | None = None


SomeRow = TypeVar("SomeRow", bound=CellRow)


@dataclass(frozen=True)
class Table(Generic[SomeRow]):
    """One of nbgrader's tables of a submission's cells.

    Attributes:
        model: nbgrader's class of the table.
        row: Our class of its rows.
        kinds: The kinds of cells that have a row in it.
    """

    model: type[Base]
    row: type[SomeRow]
    kinds: tuple[str, ...]


GRADES = Table(Grade, GradeRow, ("GradeCell", "TaskCell"))
COMMENTS = Table(Comment, CommentRow, ("SolutionCell", "TaskCell"))


class StudentRows:
    """The rows of a student's submission.

    Args:
        session: A transaction on ``book``, which the caller commits.
    """

    def __init__(self, book: Book, session: Session, student: str) -> None:
        self._book, self._session, self._student = book, session, student

    def known(self) -> bool:
        """Return whether the gradebook has the student."""
        return self._session.scalar(select(Student.id).where(Student.id == self._student)) is not None

    def add_student(self) -> None:
        """Add the student, whom the gradebook must not have yet."""
        self._session.execute(insert(Student), [{"id": self._student}])

    def submitted(self) -> str | None:
        """Return the key of the submission; None when nothing is known to have been handed in."""
        mine = select(SubmittedAssignment.id).where(*self._mine())
        key: str | None = self._session.scalar(mine)
        return key

    def _mine(self) -> tuple[Any, Any]:
        table = SubmittedAssignment
        return table.assignment_id == self._book.assignment_id, table.student_id == self._student

    def submit(self, timestamp: datetime | None, extension: timedelta | None = None) -> str:
        """Add or update the submission and return its key.

        Args:
            timestamp: When it came, in UTC; None leaves the time that is there.
            extension: How much later than others the student may hand in; None leaves what is there.
        """
        key = self.submitted()
        said: dict[str, Any] = {"timestamp": timestamp, "extension": extension}
        given = {name: value for name, value in said.items() if value is not None}
        if key is None:
            key = new_uuid()
            new = {"id": key, "assignment_id": self._book.assignment_id, "student_id": self._student, **given}
            self._session.execute(insert(SubmittedAssignment), [new])
        elif given:
            self._session.execute(update(SubmittedAssignment), [{"id": key, **given}])
        return key

    def notebooks(self, submission: str, *, add: bool = False) -> dict[str, str]:
        """Return the keys of the submitted notebooks, by the keys of the instructor's.

        Args:
            submission: The key of the submission.
            add: Whether missing ones are added.
        """
        table = SubmittedNotebook
        chosen = select(table.notebook_id, table.id).where(
            table.notebook_id.in_(self._book.notebooks.values()), table.assignment_id == submission
        )
        found: dict[str, str] = dict(self._session.execute(chosen).all())
        new = {notebook: new_uuid() for notebook in self._book.notebooks.values() if notebook not in found and add}
        rows = [{"id": key, "notebook_id": notebook, "assignment_id": submission} for notebook, key in new.items()]
        if rows:
            self._session.execute(insert(table), rows)
        return found | new

    def edit(
        self, table: Table[SomeRow], notebooks: Mapping[str, str], change: Callable[[GradebookCell, SomeRow], None]
    ) -> list[tuple[GradebookCell, SomeRow]]:
        """Change the rows of all cells, add missing ones, and return them all with their cells.

        Args:
            table: `GRADES` or `COMMENTS`.
            notebooks: Keys as `notebooks` returns them.
            change: Is called with each cell and its row, and changes the row in place.
        """
        # A person may be grading in formgrader at the same moment: the row must not change between reading and writing
        # it.
        found = self.read(table, notebooks, lock=True)
        columns = [field.name for field in fields(table.row) if field.name not in ("id", "cell_id", "notebook_id")]
        edited, added, changed = [], [], []
        # All cells: nbgrader has a row for each of them once something was handed in.
        for cell in self._cells(table, notebooks):
            row = found.get(cell.id) or table.row(cell_id=cell.id, notebook_id=notebooks[cell.notebook])
            before = [getattr(row, column) for column in columns]
            change(cell, row)
            edited.append((cell, row))
            after = [getattr(row, column) for column in columns]
            # nbgrader's keys are random hexadecimal texts that Python makes, not the database.
            if not row.id:
                row.id = new_uuid()
                added.append(vars(row))
            # Rows that nothing changed are not written, so that a run again writes next to nothing.
            elif before != after:
                changed.append({"id": row.id, **dict(zip(columns, after, strict=True))})
        if added:
            self._session.execute(insert(table.model), added)
        if changed:
            self._session.execute(update(table.model), changed)
        return edited

    def read(self, table: Table[SomeRow], notebooks: Mapping[str, str], *, lock: bool = False) -> dict[str, SomeRow]:
        """Return the existing rows, by the key of their cell.

        Args:
            table: `GRADES` or `COMMENTS`.
            notebooks: Keys as `notebooks` returns them.
            lock: Whether nobody else may change them until the transaction ends.
        """
        model = table.model
        columns = [getattr(model, field.name) for field in fields(table.row)]
        # By cell and notebook: there is no index of notebooks alone.
        cells = [cell.id for cell in self._cells(table, notebooks)]
        chosen = select(*columns).where(model.cell_id.in_(cells), model.notebook_id.in_(notebooks.values()))
        rows = self._session.execute(chosen.with_for_update() if lock else chosen)
        return {row.cell_id: row for row in (table.row(*values) for values in rows)}

    def _cells(self, table: Table[Any], notebooks: Mapping[str, str]) -> Iterable[GradebookCell]:
        return (cell for cell in self._book.cells if cell.kind in table.kinds and cell.notebook in notebooks)

    def seconds_late(self, submission: str) -> float:
        """Return how many seconds a submission is late, with the student's extension; 0 when it is in time."""
        table = SubmittedAssignment
        timestamp, extension = self._session.execute(
            select(table.timestamp, table.extension).where(table.id == submission)
        ).one()
        due = self._book.duedate(self._session)
        if timestamp is None or due is None:
            return 0.0
        return max(0.0, float((timestamp - due - (extension or timedelta())).total_seconds()))

    def penalise(self, notebook: str, penalty: float | None) -> None:
        """Set the points that a notebook loses for being late."""
        self._session.execute(update(SubmittedNotebook), [{"id": notebook, "late_submission_penalty": penalty}])

    def penalty(self, notebooks: Mapping[str, str]) -> float:
        """Return the points that submitted notebooks, as `notebooks` returns them, lose for being late."""
        table = SubmittedNotebook
        lost = select(func.sum(table.late_submission_penalty)).where(table.id.in_(notebooks.values()))
        return float(self._session.scalar(lost) or 0.0)
