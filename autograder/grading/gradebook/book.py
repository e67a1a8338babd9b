"""Opens nbgrader's gradebook once for a run: what it knows of an assignment, and transactions on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from nbgrader.api import Assignment, BaseCell, Gradebook, GradeCell, MissingEntry, Notebook, TaskCell
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from autograder.course.course import CourseError
from autograder.course.gradebook_database import database_errors, database_missing, for_writing
from autograder.course.joined_notebooks import cell_name
from autograder.marking.provided_cells import ProvidedCells, all_cells_in_gradebook


class GradebookCell(NamedTuple):
    """A cell that points or comments belong to.

    Attributes:
        id: nbgrader's key of the cell.
        name: Its name in the assignment; see `autograder.course.joined_notebooks.cell_name`.
        notebook: The key of its notebook.
        kind: ``GradeCell``, ``SolutionCell`` or ``TaskCell``.
        max_score: Its points; 0 where it has none.
    """

    id: str
    name: str
    notebook: str
    kind: str
    max_score: float


class Book:
    """The gradebook of a course, for one assignment.

    Args:
        url: SQLAlchemy's address of the database.
        course: nbgrader's name of the course.
        assignment: nbgrader's name of the assignment.
        notebooks: The names of its notebooks that are marked; its own name when there are none.

    Attributes:
        known: The cells of the notebooks that are marked.
        assignment_id: nbgrader's key of the assignment.
        notebooks: Keys of its notebooks, by name.
        marked: The keys of those that are marked.
        cells: The cells of all its notebooks that points or comments belong to, by their names in the assignment.

    Raises:
        CourseError: The gradebook cannot be opened, or does not know the assignment.
    """

    def __init__(self, url: str, course: str, assignment: str, notebooks: Sequence[str] = ()) -> None:
        unknown = f"{assignment} is not in the gradebook: run `autograder release {assignment}`, which puts it there"
        # SQLite makes an empty file when it is asked for one that is not there: the next run would then take it for a
        # gradebook.
        if database_missing(url):
            raise CourseError(unknown)
        with database_errors(url):
            # An engine of our own, not the gradebook's: nbgrader commits within its methods, and a submission's rows
            # belong together.
            self._engine = for_writing(url)
            try:
                self._open(url, course, assignment, notebooks or [assignment])
            except BaseException as fault:
                self.close()
                if isinstance(fault, MissingEntry):
                    raise CourseError(unknown) from None
                raise

    def _open(self, url: str, course: str, assignment: str, marked: Sequence[str]) -> None:
        if not inspect(self._engine).has_table(Assignment.__tablename__):
            raise MissingEntry
        # Opening it also adds the tables and the course where they are missing: nbgrader 0.9.6 has no other way to make
        # them.
        with Gradebook(url, course) as gradebook:
            self.known: ProvidedCells = all_cells_in_gradebook(gradebook, assignment, marked)
        with self.transaction() as session:
            self._read(session, assignment)
        self.marked = frozenset(self.notebooks[name] for name in marked)

    def _read(self, session: Session, name: str) -> None:
        self.assignment_id: str = session.scalars(select(Assignment.id).where(Assignment.name == name)).one()
        mine = select(Notebook.name, Notebook.id).where(Notebook.assignment_id == self.assignment_id)
        self.notebooks: dict[str, str] = dict(session.execute(mine.order_by(Notebook.name)).all())
        # Points lie in the tables of the two kinds of cells that have them, beside the table that all cells share.
        points: dict[str, float] = {}
        for kind in (GradeCell, TaskCell):
            table = kind.__table__
            points |= dict(session.execute(select(table.c.id, table.c.max_score)).all())
        # The table and not the class: SQLAlchemy would load each cell of the class as an object of its kind, with a
        # query each.
        table = BaseCell.__table__
        chosen = select(table.c.id, table.c.name, table.c.notebook_id, table.c.type)
        rows = session.execute(chosen.where(table.c.notebook_id.in_(self.notebooks.values())).order_by(table.c.name))
        called = {key: notebook for notebook, key in self.notebooks.items()}
        self.cells = [
            GradebookCell(key, cell_name(name, called[book], cell), book, kind, points.get(key, 0.0))
            for key, cell, book, kind in rows
        ]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; what is done in it is committed as a whole, or not at all when something is raised."""
        # A reader of the database, formgrader for example, sees a submission's old rows or its new ones, never some of
        # both.
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def duedate(self, session: Session) -> datetime | None:
        """Return when submissions are due, in UTC. Asked each time, because it may change while a class is marked."""
        return session.scalar(select(Assignment.duedate).where(Assignment.id == self.assignment_id))

    def close(self) -> None:
        """Close the connection to the database."""
        self._engine.dispose()
