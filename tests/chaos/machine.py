"""What belongs to a machine and can be hurt: its disk, its clock, its PostgreSQL, a dask cluster beside the server."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.hosted import free_port, patched
from tests.support import postgres

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_REC, MS_PRIVATE, MNT_DETACH = 0x4000, 1 << 18, 2

# Connections of PostgreSQL's that are of clients, without the one that asks.
OTHERS = "pid <> pg_backend_pid() AND datname IS NOT NULL"
# Runs in the module that gives the server the time; only a server that is started with it has such a clock.
CLOCK = """
def shifted():
    import os
    from datetime import timedelta

    with open(os.environ["CHAOS_CLOCK"]) as said:
        return datetime.now(UTC) + timedelta(seconds=float(said.read()))


now.__code__ = shifted.__code__
"""


class Clock:
    """The clock that the server reads.

    Args:
        folder: A scratch folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._said = folder, folder / "clock-offset"
        self.set(0.0)

    def set(self, seconds: float) -> None:
        """Put it forward from the machine's by so many seconds."""
        draft = self._said.with_suffix(".new")
        draft.write_text(str(seconds))
        draft.replace(self._said)

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a server that reads it."""
        made = patched(base, self._folder / "clock", "autograder.server.server", CLOCK)
        return {**made, "CHAOS_CLOCK": str(self._said)}


@dataclass
class Disk:
    """A small disk that can be filled; it is there for this process and what it starts.

    Attributes:
        folder: Where it is mounted.
    """

    folder: Path

    @classmethod
    def mount(cls, folder: Path, size: int) -> Disk | None:
        """Mount one of so many bytes; return None where this process may not. Not in a process with threads."""
        libc = ctypes.CDLL(None, use_errno=True)
        user, group = os.getuid(), os.getgid()
        if libc.unshare(CLONE_NEWNS | (0 if user == 0 else CLONE_NEWUSER)) != 0:
            return None
        if user != 0:
            # As oneself: PostgreSQL does not run as root.
            for file, said in (
                ("setgroups", "deny"),
                ("uid_map", f"{user} {user} 1"),
                ("gid_map", f"{group} {group} 1"),
            ):
                Path("/proc/self", file).write_text(said)
        folder.mkdir(parents=True, exist_ok=True)
        failed = libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        failed = failed or libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, f"size={size},mode=700".encode())
        return None if failed else cls(folder)

    def unmount(self) -> None:
        """Take it away, with all that lies on it."""
        ctypes.CDLL(None).umount2(os.fsencode(self.folder), MNT_DETACH)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Leave no byte free in the context."""
        filler = self.folder / "filler"
        try:
            with filler.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
                while True:
                    stream.write(bytes(1 << 16))
            yield
        finally:
            filler.unlink(missing_ok=True)


class Sqlite:
    """SQLite's file as a database that can be hurt.

    Args:
        file: The file.
    """

    name = "SQLite"

    def __init__(self, file: Path) -> None:
        self._file, self.url = file, f"sqlite:///{file}"

    def cut(self) -> None:
        """Lock every writer out for a moment: it has no connections that could be cut."""
        self.gone(1.0)

    def gone(self, seconds: float) -> None:
        """Lock it for so long."""
        connection = sqlite3.connect(self._file, timeout=60, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()


class Postgres:
    """A PostgreSQL server that can be hurt.

    Args:
        running: The server.
    """

    name = "PostgreSQL"

    def __init__(self, running: postgres.Running) -> None:
        self._running, self.url = running, running.url

    def cut(self) -> None:
        """Cut all connections."""
        engine = create_engine(self.url)
        with contextlib.suppress(SQLAlchemyError), engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {OTHERS}"))
        engine.dispose()

    def gone(self, seconds: float) -> None:
        """Stop it at once, as a machine that loses its power does, and start it again after so long."""
        self._running.stop("immediate")
        time.sleep(seconds)
        self._running.start()


@dataclass
class Cluster:
    """A dask scheduler and its workers.

    Attributes:
        folder: Where they run: the course's.
        environment: Their environment.
        workers: How many workers there are.
        log: What they print.
    """

    folder: Path
    environment: Mapping[str, str]
    workers: int
    log: Path
    port: int = field(default_factory=free_port)
    _started: list[tuple[Sequence[str], subprocess.Popen[bytes]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where the scheduler is, each time that it is started."""
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start them."""
        programs: list[Sequence[str]] = [("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port))]
        programs += [("dask_worker", self.address, "--nthreads", "1")] * self.workers
        self._started = [(one, self._begin(one)) for one in programs]

    def mend(self) -> None:
        """Start again what has ended by itself, as a service manager does: dask ends workers that were cut off."""
        self._started = [
            (one, process if process.poll() is None else self._begin(one)) for one, process in self._started
        ]

    def kill(self) -> None:
        """Kill them all at once: workers do not outlive their scheduler."""
        started, self._started = self._started, []
        below = [one for _, process in started for one in family(process.pid)]
        for one in below:
            with contextlib.suppress(psutil.Error):
                one.kill()
        for _, process in started:
            process.wait()

    def _begin(self, program: Sequence[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program[0]}", *program[1:], "--no-dashboard"],
                cwd=self.folder,
                env=dict(self.environment),
                stdout=said,
                stderr=said,
            )


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def kill(pid: int) -> None:
    """Kill a process that may have ended by itself."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
