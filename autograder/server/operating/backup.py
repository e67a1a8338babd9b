"""Backs a server up into one file while it runs, and makes a server of that file again.

The file is a tar archive: the rows of the database as they were at one moment, from SQLite and PostgreSQL alike, so
that either can be restored into the other; the files of the attempts and markings that those rows speak of; what was
released; settings, secrets and the key of the receipts; what of the courses is nowhere else; and at its end a
manifest with each file's SHA-256. Files of attempts are written before their rows are, and never change: rows first,
then files, is a whole.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from alembic.runtime.migration import MigrationContext
from filelock import FileLock, Timeout
from sqlalchemy import Connection, MetaData, Table, func, insert, inspect, select, text, update

from autograder import __version__
from autograder.course.course import Course, CourseError
from autograder.server.attempts.receipts import KEY_FILE, key_at
from autograder.server.attempts.storage import Storage, sync
from autograder.server.database import Database
from autograder.server.operating.course_files import copies, put_back
from autograder.server.operating.log import LOGS
from autograder.server.server import now
from autograder.server.settings import SETTINGS_FILE, database_url, read_settings
from autograder.server.tables import Attempt, AuditLine
from autograder_client.receipts import ReceiptError, verify

VERSION = 1
MANIFEST, TABLES, FILES = "manifest.json", "tables", "data"
VERSIONS = "alembic_version"
# Rows that are written together.
ROWS = 500
CHUNK = 1 << 20
LOCK = "maintenance.lock"
# Nobody else may look into it: it holds the key, and secrets.
PRIVATE = 0o600


@dataclass(frozen=True)
class Place:
    """Where a server keeps what it has.

    Attributes:
        data: Its folder.
        url: Its database's URL.
    """

    data: Path
    url: str

    @classmethod
    def of(cls, data: Path, url: str | None = None) -> Place:
        """Return the place of a server that there is.

        Args:
            data: Its folder.
            url: Its database's URL; None for what its settings say, or SQLite in its folder.

        Raises:
            CourseError: There is no server, or its settings are wrong.
        """
        if not (data / KEY_FILE).is_file():
            raise CourseError(
                f"{data} is no server's folder, it has no {KEY_FILE}: name the one that `autograder serve` got "
                "with --data"
            )
        return cls(data.resolve(), database_url(data, read_settings(data), url))

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Yield its database."""
        with closing(Database(self.url)) as database:
            yield database

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from deleting or backing up in the context; the server itself goes on.

        Raises:
            CourseError: Somebody does already.
        """
        try:
            lock = FileLock(self.data / LOCK).acquire(timeout=0)
        except Timeout as fault:
            raise CourseError(
                f"{self.data}: a backup or retention is running: wait until it has ended, then try again"
            ) from fault
        with lock:
            yield


@dataclass
class Copied:
    """What was backed up, or restored.

    Attributes:
        attempts: How many attempts.
        files: How many files of theirs, and of markings.
        bytes: Their size.
        faults: What of it is damaged.
        notes: What else whoever backs up or restores has to know.
    """

    attempts: int = 0
    files: int = 0
    bytes: int = 0
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def back_up(place: Place, file: Path) -> Copied:
    """Back a server up; it may run meanwhile.

    Args:
        place: The server.
        file: The archive, compressed where its name ends in ``gz``; nothing is there before.

    Raises:
        CourseError: There is such a file already, or another backup runs.
    """
    if file.exists():
        raise CourseError(f"{file} is there already: name a file that is not")
    if not file.parent.is_dir():
        raise CourseError(f"{file.parent} is no folder: make it, or name another place")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with (
            place.alone(),
            place.opened() as database,
            os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as stream,
        ):
            with tarfile.open(fileobj=stream, mode="w:gz" if file.suffix in (".gz", ".tgz") else "w") as tar:
                copied = _fill(place, database, _Archive(tar))
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(file)
        sync(file.parent)
    finally:
        draft.unlink(missing_ok=True)
    return copied


class _Archive:
    """An archive that is written, with the digests of what is in it.

    Args:
        tar: The archive.
    """

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.digests: dict[str, str] = {}

    def add(self, name: str, stream: IO[bytes], size: int) -> str:
        """Add a file, and return its digest."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, PRIVATE, time.time()
        reader = _Digesting(stream)
        self._tar.addfile(info, cast(IO[bytes], reader))
        self.digests[name] = reader.digest.hexdigest()
        return self.digests[name]

    def add_file(self, name: str, file: Path) -> str:
        """Add a file from the disk, and return its digest."""
        with file.open("rb") as stream:
            return self.add(name, stream, os.fstat(stream.fileno()).st_size)

    def add_json(self, name: str, value: Any) -> None:
        """Add a value."""
        data = json.dumps(value, ensure_ascii=False, indent=1).encode()
        self.add(name, io.BytesIO(data), len(data))


class _Digesting:
    """Reads a file, and computes its digest meanwhile."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read some of it."""
        data = self._stream.read(size)
        self.digest.update(data)
        return data


def _fill(place: Place, database: Database, archive: _Archive) -> Copied:
    copied, storage = Copied(), Storage(place.data)
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        # Not beside the server's files, whose disk may have no room.
        with _snapshot(database) as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            tables = _tables(connection)
            for table in tables:
                _dump(connection, table, Path(scratch, table.name))
        for table in tables:
            archive.add_file(f"{TABLES}/{table.name}.jsonl", Path(scratch, table.name))
        for row in _rows(Path(scratch, "attempt")):
            _add_attempt(storage, archive, copied, row)
        for row in _rows(Path(scratch, "marking")):
            folder = storage.marking_folder(row["attempt_id"], row["job_id"], row["claim"])
            for file in sorted(folder.iterdir()) if folder.is_dir() else ():
                _add(storage, archive, copied, file)
        courses = {row["slug"]: Path(row["root"]) for row in _rows(Path(scratch, "course"))}
        for name, file in copies(courses, Path(scratch), copied.notes, copied.faults):
            archive.add_file(f"{FILES}/{name}", file)
    for file in _settings(place.data):
        archive.add_file(f"{FILES}/{file.relative_to(place.data)}", file)
    made = {
        "version": VERSION,
        "kit_version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision,
        "attempts": copied.attempts,
        "sha256": dict(archive.digests),
    }
    archive.add_json(MANIFEST, made)
    return copied


def _add_attempt(storage: Storage, archive: _Archive, copied: Copied, row: dict[str, Any]) -> None:
    copied.attempts += 1
    if not storage.attempt(row["id"]).is_dir():  # deleted, as retention has it
        return
    for one in row["files"]:
        file = storage.files(row["id"]) / one["name"]
        if not file.is_file():
            copied.faults.append(f"attempt {row['id']}: {one['name']} is gone")
        elif _add(storage, archive, copied, file) != one["sha256"]:
            copied.faults.append(f"attempt {row['id']}: {one['name']} is not what was handed in")


def _add(storage: Storage, archive: _Archive, copied: Copied, file: Path) -> str:
    copied.files += 1
    copied.bytes += file.stat().st_size
    return archive.add_file(f"{FILES}/{file.relative_to(storage.data)}", file)


def _settings(data: Path) -> Iterator[Path]:
    """Yield what is not in the database: the key, settings, secrets in this folder, and releases that were sent."""
    settings = read_settings(data)
    secrets = {one.client_secret_file for one in settings.providers.values()}
    for name in sorted({KEY_FILE, SETTINGS_FILE, *secrets, settings.metrics_token_file}):
        if name and not Path(name).is_absolute() and ".." not in Path(name).parts and (data / name).is_file():
            yield data / name
    for file in sorted((data / "releases").rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    """Yield a connection that sees the database as it is at one moment, however long it reads."""
    options = {} if database.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as they are there, whatever version made them, those first that others refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != VERSIONS]


def _dump(connection: Connection, table: Table, file: Path) -> None:
    with file.open("w", encoding="utf-8") as stream:
        for row in connection.execution_options(yield_per=ROWS).execute(select(table)).mappings():
            stream.write(json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        # SQLite gives times back without their zone, which is UTC.
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def restore(file: Path, data: Path, url: str | None = None, courses: Mapping[str, Course] | None = None) -> Copied:
    """Make a server of a backup, after each digest and each receipt has been looked at.

    What counts is entered into the gradebooks again when the server is started: these may be of another day.

    Args:
        file: The archive.
        data: The server's folder; not there yet, or empty.
        url: The database's URL; None for what the backup's settings say, or SQLite in that folder.
        courses: Courses by their names in addresses, which get back their gradebook and salt where they have none.

    Raises:
        CourseError: The folder or the database holds something already, or the archive is damaged; nothing is changed.
    """
    if data.is_dir() and any(data.iterdir()):
        raise CourseError(f"{data} is not empty: name a new folder, nothing is ever replaced")
    data.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{data.name}.", dir=data.parent))
    try:
        manifest = _unpack(file, draft)
        root = draft / FILES
        copied = _check(file, draft)
        with closing(Database(database_url(root, read_settings(root), url))) as database:
            _load(database, draft / TABLES, str(manifest["revision"]))
            _enter_again(database, Storage(root))
        (root / LOGS).mkdir(exist_ok=True)
        root.chmod(0o700)
        os.sync()
        root.rename(data)
        sync(data.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    copied.notes += put_back(data, courses or {})
    return copied


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Write what is in an archive into a folder, and return its manifest, with which all of it agrees."""
    found: dict[str, str] = {}
    try:
        with tarfile.open(file, "r|*") as tar:
            for member in tar:
                parts = PurePosixPath(member.name).parts
                if not member.isreg() or parts[0] not in (TABLES, FILES, MANIFEST) or ".." in parts:
                    raise CourseError(
                        f"{file}: {member.name!r} does not belong into a backup: it is not one, or was changed"
                    )
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                stream = tar.extractfile(member)
                assert stream is not None  # it is a file
                found[member.name] = _write(target, stream)
    except (OSError, tarfile.TarError, EOFError) as fault:
        raise CourseError(f"{file} cannot be read as a backup ({fault}): try an older one") from fault
    if found.pop(MANIFEST, None) is None:
        raise CourseError(f"{file} ends before its manifest: it is no backup, or was cut short; try an older one")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if manifest["version"] != VERSION:
        raise CourseError(f"{file} is of version {manifest['version']}, and {VERSION} is known: update the kit")
    if manifest["sha256"] != found:
        wrong = sorted(
            name for name in manifest["sha256"].keys() | found if manifest["sha256"].get(name) != found.get(name)
        )
        raise CourseError(
            f"{file} is damaged: {wrong[0]} and {len(wrong) - 1} more are not as they were; try an older one"
        )
    return manifest


def _write(target: Path, stream: IO[bytes]) -> str:
    reader = _Digesting(stream)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as written:
        while chunk := reader.read(CHUNK):
            written.write(chunk)
    return reader.digest.hexdigest()


def _check(file: Path, folder: Path) -> Copied:
    """Check that each attempt's receipt proves its row and its files."""
    copied, storage = Copied(), Storage(folder / FILES)
    key_at(storage.data)
    for row in _rows(folder / TABLES / "attempt.jsonl"):
        copied.attempts += 1
        try:
            receipt = verify(row["receipt"])
            if (receipt["attempt"], receipt["files"]) != (row["id"], row["files"]):
                raise ReceiptError("the receipt is of something else")
        except ReceiptError as fault:
            raise CourseError(f"{file}: attempt {row['id']}: {fault}; try an older one") from fault
        if storage.attempt(row["id"]).is_dir():
            copied.faults += [f"attempt {row['id']}: {name}" for name in _wrong_files(storage, row)]
    for path in storage.attempts.rglob("*"):
        if path.is_file():
            copied.files += 1
            copied.bytes += path.stat().st_size
    return copied


def _wrong_files(storage: Storage, row: dict[str, Any]) -> Iterator[str]:
    """Yield the names of an attempt's files that were damaged already when they were backed up."""
    for one in row["files"]:
        file = storage.files(row["id"]) / one["name"]
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != one["sha256"]:
            yield one["name"]


def _load(database: Database, folder: Path, revision: str) -> None:
    """Put rows into an empty database, in tables of the version that they were of; then make it this version's."""
    known = [name for name in inspect(database.engine).get_table_names() if name != VERSIONS]
    with database.engine.connect() as connection:
        full = [name for name in known if connection.scalar(select(func.count()).select_from(text(f'"{name}"')))]
    if full:
        raise CourseError(
            f"the database {database.engine.url.render_as_string()} has rows in {', '.join(full)}: make an empty one, "
            "and name it with --database"
        )
    database.migrate(revision)
    with database.engine.begin() as connection:
        for table in _tables(connection):
            file = folder / f"{table.name}.jsonl"
            if file.is_file():
                _fill_table(connection, table, file)
    database.migrate()


def _enter_again(database: Database, storage: Storage) -> None:
    """Have what counts entered into the gradebooks again, as far as its files are there."""
    with database.writing() as session:
        there = [one for one in session.scalars(select(Attempt.id)) if storage.files(one).is_dir()]
        for some in (there[start : start + ROWS] for start in range(0, len(there), ROWS)):
            session.execute(update(Attempt).where(Attempt.id.in_(some)).values(entered_at=None))
        session.add(AuditLine(at=now(), action="server.restored", object="server", detail={}))


def _fill_table(connection: Connection, table: Table, file: Path) -> None:
    times = {column.name for column in table.columns if _holds_times(column.type)}
    rows: list[dict[str, Any]] = []
    for row in _rows(file):
        rows.append({name: _read(value, name in times) for name, value in row.items()})
        if len(rows) == ROWS:
            connection.execute(insert(table), rows)
            rows = []
    if rows:
        connection.execute(insert(table), rows)
    key = [column.name for column in table.primary_key.columns]
    if connection.dialect.name == "postgresql" and key == ["id"] and table.c.id.type.python_type is int:
        # What is added later goes on behind these.
        last = select(func.coalesce(func.max(table.c.id), 0) + 1).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last, False)))


def _holds_times(kind: Any) -> bool:
    try:
        return bool(kind.python_type is datetime)
    except NotImplementedError:
        return False


def _read(value: Any, is_time: bool) -> Any:
    return datetime.fromisoformat(value) if is_time and value is not None else value
