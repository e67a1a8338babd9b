"""Opens the database of a course's gradebook: SQLite, or PostgreSQL where ``c.CourseDirectory.db_url`` says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment
from sqlalchemy import Connection, Engine, create_engine, event, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from autograder.course.course import CourseError

SQLITE = "sqlite"
# Seconds that SQLite waits while another program, such as formgrader, writes.
PATIENCE = 60


def database_missing(url: str) -> bool:
    """Return whether the database's file is missing: SQLite would make an empty one."""
    with database_errors(url):
        address = make_url(url)
    return (
        address.get_backend_name() == SQLITE and bool(address.database) and not Path(address.database or "").is_file()
    )


def database_file(url: str) -> Path | None:
    """Return the file that a database is; None for one that is reached by a network.

    Raises:
        CourseError: The address is none.
    """
    with database_errors(url):
        address = make_url(url)
    return Path(address.database or "") if address.get_backend_name() == SQLITE else None


def without_password(url: str) -> str:
    """Return an address without its password."""
    return make_url(url).render_as_string(hide_password=True)


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Yield a connection on which a gradebook is read.

    Raises:
        CourseError: The gradebook cannot be read.
    """
    with database_errors(url):
        engine = create_engine(url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def for_writing(url: str) -> Engine:
    """Return an engine whose transactions lock from their first read on: nobody changes what they have read."""
    if make_url(url).get_backend_name() != SQLITE:
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: Any, _record: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def set_due(url: str, assignment: str, due: datetime) -> None:
    """Set when an assignment is due in a gradebook that has it; one in which that stands already is not written.

    Args:
        url: SQLAlchemy's address of the gradebook.
        assignment: nbgrader's name of the assignment.
        due: The time.

    Raises:
        CourseError: The gradebook cannot be reached or read.
    """
    if database_missing(url):
        return
    table = Assignment.__table__
    # nbgrader keeps times in UTC, without a zone.
    value = due.astimezone(UTC).replace(tzinfo=None)
    mine = table.c.name == assignment
    with database_errors(url):
        engine = for_writing(url)
        try:
            with engine.connect() as connection:
                stands = connection.execute(select(table.c.duedate).where(mine)).one_or_none()
            if stands is not None and stands.duedate != value:
                with engine.begin() as connection:
                    connection.execute(update(table).where(mine).values(duedate=value))
        finally:
            engine.dispose()


@contextmanager
def database_errors(url: str) -> Iterator[None]:
    """Turn what a database's driver raises into an error that says what to do.

    Raises:
        CourseError: The database cannot be reached or read.
    """
    try:
        yield
    except ArgumentError as fault:
        if isinstance(fault, NoSuchModuleError):
            raise CourseError(f"{without_password(url)} is no kind of database that is known: {fault}") from fault
        raise CourseError(
            "c.CourseDirectory.db_url is no address of a database, such as postgresql+psycopg://user@host/name"
        ) from fault
    except ModuleNotFoundError as fault:
        raise CourseError(
            f"no driver for the gradebook {without_password(url)} ({fault}): install the extra `postgresql`"
        ) from fault
    except DBAPIError as fault:
        raise CourseError(
            f"the gradebook {without_password(url)} cannot be read ({fault.orig}): look at c.CourseDirectory.db_url; "
            "after an update of nbgrader, make a copy of the gradebook and run `nbgrader db upgrade`"
        ) from fault
