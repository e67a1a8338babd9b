"""Opens the server's database: SQLite in a file of its own, or PostgreSQL by URL.

Both keep what was committed when the machine loses its power: SQLite writes ahead (WAL) and waits for the disk at each
commit (``synchronous=FULL``), as PostgreSQL does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

MIGRATIONS = Path(__file__).with_name("migrations")
# Seconds that a writer of SQLite waits for another.
BUSY_SECONDS = 30
# Connections beyond the ten that stay open: one for each thread that answers requests (Starlette has 40), and some for
# what runs beside them. With fewer, requests of a rush fail that only had to wait.
OVERFLOW = 40


class Database:
    """The server's database.

    Args:
        url: SQLAlchemy's URL of it, for example ``sqlite:////srv/handin/server.db`` or
            ``postgresql+psycopg://user@host/handin``.

    Attributes:
        url: That URL.
        engine: Its connections.
    """

    def __init__(self, url: str) -> None:
        self.url, self.engine = url, make_engine(url)
        self._turn = threading.Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def migrate(self, revision: str = "head") -> None:
        """Bring its tables to what this version of the kit needs; nothing is done where they are that already.

        Args:
            revision: Not further than to this migration.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads; nothing is kept of it."""
        with self._sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that is committed when its block ends, and rolled back when an exception leaves it.

        SQLite has one writer at a time: it is taken for one from the first statement on, so that nobody reads what
        another is about to change, and finds itself locked out when it writes. Those of this process wait for each
        other's end: SQLite's own waiting is to sleep and look again, and the longer one has waited, the longer it
        sleeps.
        """
        with self._turn, self._sessions.begin() as session:
            if self.engine.dialect.name == "sqlite":
                session.connection(execution_options={"begin": "IMMEDIATE"})
            yield session

    def close(self) -> None:
        """Close its connections."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """Return an engine for a database's URL, set up so that nothing is lost and writers wait for each other."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=OVERFLOW)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=OVERFLOW)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # sqlite3 would begin transactions by itself, and late; `begin` below does so.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")

    return engine
