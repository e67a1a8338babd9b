"""Says whether the server can do what it is for: take in what is handed in, and have it marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import false, update
from sqlalchemy.exc import SQLAlchemyError

from autograder.server.database import MIGRATIONS, Database
from autograder.server.server import Server
from autograder.server.tables import Course

# Whoever asks wants to know soon: a database that is locked for longer is not ready.
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class Check:
    """One thing that the server needs.

    Attributes:
        name: Its name.
        fault: What is wrong with it; empty when nothing is. Anybody may read it: it names no file and no address.
    """

    name: str
    fault: str = ""


def checks(server: Server) -> Iterable[Check]:
    """Yield what the server needs, and whether it has it."""
    yield Check("database", database_fault(server.database))
    yield Check("migrations", migration_fault(server.database))
    yield Check("disk", disk_fault(server))
    yield Check("markers", marker_fault(server))


def database_fault(database: Database) -> str:
    """Return why nothing can be written to the database; empty when it can."""
    try:
        if database.engine.dialect.name == "sqlite":
            # Of its own, since the server's connections wait longer for a lock.
            address = f"{Path(database.engine.url.database or '').resolve().as_uri()}?mode=rw"
            with closing(sqlite3.connect(address, PATIENCE_SECONDS, isolation_level=None, uri=True)) as own:
                own.execute("BEGIN IMMEDIATE")
        else:
            with database.writing() as session:
                session.execute(update(Course).where(false()).values(title=""))
    except (SQLAlchemyError, sqlite3.Error) as fault:
        return f"cannot be written to ({type(fault).__name__})"
    return ""


def migration_fault(database: Database) -> str:
    """Return how the database's tables are not those of this version; empty when they are."""
    try:
        with database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError as fault:
        return f"cannot be read ({type(fault).__name__})"
    needed = ScriptDirectory(str(MIGRATIONS)).get_heads()
    return "" if set(found) == set(needed) else f"is at {' '.join(found) or 'nothing'}, not at {' '.join(needed)}"


def disk_fault(server: Server) -> str:
    """Return that the disk has too little room, or is gone; empty when it has enough."""
    try:
        free, reserve = server.storage.free(), server.reserve
    except OSError as fault:
        return f"cannot be looked at ({fault.strerror})"
    return "" if free > reserve else f"{free} bytes are free, and {reserve} stay free: nothing is taken in"


def marker_fault(server: Server) -> str:
    """Return which markers neither run nor can be started; empty when all do or can."""
    seen = server.supervision()
    if not seen.watched:
        return "nobody watches them: start the server again"
    failing = [f"{one.course}/{one.assignment}" for one in seen.markers if one.failing]
    return f"end as soon as they are started: {', '.join(failing)}; see logs/markers.log" if failing else ""
