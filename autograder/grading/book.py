"""nbgrader's gradebook, opened once for a run: what it knows of an assignment, and transactions on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import Assignment, BaseCell, Gradebook, GradeCell, MissingEntry, Notebook, TaskCell
from sqlalchemy import Engine, create_engine, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from autograder.course import CourseError
from autograder.grading.cells import KnownCells, known_cells

# Seconds that SQLite waits while another program, such as formgrader, writes.
PATIENCE = 60


class Cell(NamedTuple):
    """A cell that points or comments belong to.

    Attributes:
        id: nbgrader's key.
        name: Its ``grade_id``.
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
        url: SQLAlchemy's address of its database.
        course: nbgrader's name of the course.
        assignment: The assignment's name.

    Attributes:
        known: The cells of the assignment's notebook.
        assignment_id: nbgrader's key of the assignment.
        notebooks: Keys of its notebooks, by name.
        cells: The cells of all its notebooks that points or comments belong to.

    Raises:
        CourseError: The gradebook cannot be opened, or does not know the assignment.
    """

    def __init__(self, url: str, course: str, assignment: str) -> None:
        shown = _shown(url)
        unknown = CourseError(
            f"{assignment} is not in the gradebook {shown}: run `autograder release {assignment}`, which puts it there"
        )
        _refuse_no_file(url, unknown)
        try:
            self._engine = _engine(url)
            if not inspect(self._engine).has_table(Assignment.__tablename__):
                raise unknown
            with Gradebook(url, course) as gradebook:  # which adds tables and the course where they are missing
                self.known: KnownCells = known_cells(gradebook, assignment, assignment)
            with self.transaction() as session:
                self._read(session, assignment)
        except MissingEntry:
            raise unknown from None
        except (ImportError, NoSuchModuleError) as fault:
            raise CourseError(
                f"no driver for the gradebook {shown} ({fault}): install the extra `postgresql`"
            ) from fault
        except DBAPIError as fault:
            raise CourseError(
                f"the gradebook {shown} cannot be read ({fault.orig}): look at c.CourseDirectory.db_url; "
                "after an update of nbgrader, make a copy of the gradebook and run `nbgrader db upgrade`"
            ) from fault

    def _read(self, session: Session, name: str) -> None:
        self.assignment_id: str = session.scalars(select(Assignment.id).where(Assignment.name == name)).one()
        mine = select(Notebook.name, Notebook.id).where(Notebook.assignment_id == self.assignment_id)
        self.notebooks: dict[str, str] = dict(session.execute(mine.order_by(Notebook.name)).all())
        points: dict[str, float] = {}
        for kind in (GradeCell, TaskCell):
            table = kind.__table__
            points |= dict(session.execute(select(table.c.id, table.c.max_score)).all())
        table = BaseCell.__table__
        chosen = select(table.c.id, table.c.name, table.c.notebook_id, table.c.type)
        rows = session.execute(chosen.where(table.c.notebook_id.in_(self.notebooks.values())).order_by(table.c.name))
        self.cells = [Cell(key, name, book, kind, points.get(key, 0.0)) for key, name, book, kind in rows]

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; what is done in it is committed as a whole, or not at all when something is raised."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    def duedate(self, session: Session) -> datetime | None:
        """Return when hand-ins are due, in UTC: it may have been changed while a class is marked."""
        return session.scalar(select(Assignment.duedate).where(Assignment.id == self.assignment_id))

    def close(self) -> None:
        """Close the connection to the database."""
        self._engine.dispose()


def _refuse_no_file(url: str, fault: CourseError) -> None:
    """Keep SQLite from making an empty gradebook."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database and not Path(address.database).is_file():
        raise fault


def _shown(url: str) -> str:
    """Return an address without its password."""
    return make_url(url).render_as_string(hide_password=True)


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # From the first read on: what a transaction has read nobody changes until it is written.
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
