"""Keeps the server's files: what was handed in, byte for byte, and what marking it made.

    attempts/<first two letters>/<attempt>/files/<name>
    attempts/<first two letters>/<attempt>/markings/<job>-<claim>/{record.json,notebook.ipynb,feedback.html}

A file is on the disk, and so is its name, before a row of the database speaks of it. A folder without a row is what was
cut short; see `autograder.server.marking.sweeper`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course.digest import digest_of
from autograder.server.tables import Marking

# Errors of a disk that has no room.
FULL = {errno.ENOSPC, errno.EDQUOT}
FILES, MARKINGS = "files", "markings"
# Begins the names of folders in which something is looked at that is not kept.
SCRATCH = "scratch-"
RECORD, NOTEBOOK, FEEDBACK = "record.json", "notebook.ipynb", "feedback.html"


@dataclass(frozen=True)
class StoredFile:
    """A file that was handed in.

    Attributes:
        name: Its name, without folders.
        size: Its bytes.
        sha256: Its digest, in hexadecimal digits.
    """

    name: str
    size: int
    sha256: str

    def as_json(self) -> dict[str, Any]:
        """Return it as receipts and rows hold it."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


def digest_of_files(files: Iterable[StoredFile]) -> str:
    """Return the digest of what was handed in: that of the file where there is one, else of all names and digests."""
    files = sorted(files, key=lambda one: one.name)
    if len(files) == 1:
        return files[0].sha256
    return digest_of(part.encode() for one in files for part in (one.name, one.sha256))


@dataclass(frozen=True)
class Storage:
    """The folder with the server's files.

    Attributes:
        data: The folder.
    """

    data: Path

    @property
    def attempts(self) -> Path:
        """The folder of all attempts."""
        return self.data / "attempts"

    def attempt(self, attempt: str) -> Path:
        """Return the folder of an attempt, by its id."""
        return self.attempts / attempt[:2] / attempt

    def files(self, attempt: str) -> Path:
        """Return the folder of what was handed in, by the attempt's id."""
        return self.attempt(attempt) / FILES

    def marking(self, marking: Marking) -> Path:
        """Return the folder of what a marking made."""
        return self.marking_folder(marking.attempt_id, marking.job_id, marking.claim)

    def marking_folder(self, attempt: str, job: int, claim: int) -> Path:
        """Return the folder of what a marking makes: no other has the same, however often it is tried."""
        return self.attempt(attempt) / MARKINGS / f"{job}-{claim}"

    def begin_attempt(self, attempt: str) -> Path:
        """Make the folder of an attempt's files, and return it."""
        folder = self.files(attempt)
        folder.mkdir(parents=True)
        return folder

    def keep_attempt(self, attempt: str) -> None:
        """Wait until the disk has an attempt's files, which are written already."""
        folder = self.files(attempt)
        for file in folder.iterdir():
            sync(file)
        for place in (folder, folder.parent, folder.parent.parent, self.attempts):
            sync(place)

    def forget_attempt(self, attempt: str) -> None:
        """Remove an attempt that was not taken in."""
        shutil.rmtree(self.attempt(attempt), ignore_errors=True)

    def is_marked(self, attempt: str) -> bool:
        """Return whether an attempt was marked at least once, by its id: it was taken in, then."""
        return (self.attempt(attempt) / MARKINGS).is_dir()

    def first_marked(self) -> str | None:
        """Return the id of any attempt that was marked; None when there is none."""
        return next((one for one in self.older_than(float("-inf"), 0.0) if self.is_marked(one)), None)

    def forget_scratch(self) -> None:
        """Remove what a server that was killed has left of what it looked at."""
        for folder in self.data.glob(f"{SCRATCH}*"):
            shutil.rmtree(folder, ignore_errors=True)

    def write_marking(self, attempt: str, job: int, claim: int, files: Mapping[str, bytes]) -> None:
        """Write what a marking made, by the names of the files, and wait until the disk has it."""
        folder = self.marking_folder(attempt, job, claim)
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
            sync(folder / name)
        for place in (folder, folder.parent, folder.parent.parent):
            sync(place)

    def free(self) -> int:
        """Return how many bytes are free for the server on its disk."""
        return shutil.disk_usage(self.data).free

    def size(self) -> int:
        """Return how many bytes its disk has."""
        return shutil.disk_usage(self.data).total

    def older_than(self, seconds: float, now: float) -> Iterator[str]:
        """Yield the ids of attempts whose folders were made earlier than so many seconds before now."""
        for two in _folders(self.attempts):
            for folder in _folders(Path(two.path)):
                if now - folder.stat(follow_symlinks=False).st_mtime > seconds:
                    yield folder.name


def _folders(place: Path) -> list[os.DirEntry[str]]:
    if not place.is_dir():
        return []
    with os.scandir(place) as entries:
        return [entry for entry in entries if entry.is_dir(follow_symlinks=False)]


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
