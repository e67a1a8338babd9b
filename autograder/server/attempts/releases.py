"""Keeps what students of a course can fetch: the folder that `autograder release` made, or one that was sent here.

An instructor who works on another machine sends it; it is looked through for solutions and tests as any release is.
Who takes an assignment back hides it, and nothing else: its folder and what was handed in stay.

    releases/<course>/<assignment>/files/        what was sent
    releases/<course>/<assignment>/withdrawn     students cannot fetch it
"""

from __future__ import annotations

import hashlib
import io
import shutil
import stat
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.course.assignment import Assignment
from autograder.course.zip_file import write_zip
from autograder.release.leaks.check import read_files, scanned
from autograder.release.leaks.findings import Findings
from autograder.server.server import ServedCourse

# Of a zip that is sent; files of a release are texts, and some pictures.
FILES_MAX, BYTES_MAX = 2_000, 200 << 20


class ReleaseError(ValueError):
    """What was sent cannot be released; the message says why."""


@dataclass(frozen=True)
class Releases:
    """What students can fetch.

    Attributes:
        data: The server's folder.
    """

    data: Path

    def place(self, served: ServedCourse, assignment: str) -> Path:
        """Return the folder that holds what was sent of an assignment."""
        return self.data / "releases" / served.slug / assignment

    def folder(self, served: ServedCourse, assignment: str, language: str = "") -> Path | None:
        """Return the folder that students get; None when there is none, or it was withdrawn.

        Args:
            served: The course.
            assignment: The assignment's name.
            language: Of the edition; the assignment's own when empty. What was sent is in one language.
        """
        place = self.place(served, assignment)
        if (place / "withdrawn").exists():
            return None
        if (place / "files").is_dir():
            return place / "files"
        made = served.course.release(assignment, language or served.assignments[assignment].language)
        return made if made.is_dir() else None

    def send(self, served: ServedCourse, assignment: Assignment, archive: Path) -> None:
        """Let students get what is in a zip file.

        Raises:
            ReleaseError: It is none, is too large, or would give something away.
        """
        place = self.place(served, assignment.name)
        draft = place / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            unpack(archive, draft)
            if not any(draft.glob("*.ipynb")):
                raise ReleaseError("there is no notebook at its top: send the folder that students get")
            findings = Findings()
            # Its texts alone: `autograder release` has tried its code, and this process runs none.
            found = scanned([assignment], list(read_files(draft, findings)), published=True).findings
            if leaks := findings.leaks + found.leaks:
                told = dict.fromkeys(f"{leak.file}: {leak.kind}" for leak in leaks)
                raise ReleaseError("it would give something away: " + "; ".join(list(told)[:10]))
            shutil.rmtree(place / "files", ignore_errors=True)
            draft.rename(place / "files")
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        (place / "withdrawn").unlink(missing_ok=True)

    def withdraw(self, served: ServedCourse, assignment: str) -> None:
        """Let students no longer get an assignment."""
        place = self.place(served, assignment)
        place.mkdir(parents=True, exist_ok=True)
        (place / "withdrawn").touch()


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a release by their names below its folder, in order."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield name.as_posix(), path


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a release."""
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files_in(folder)}


def pack(files: Mapping[str, Path]) -> bytes:
    """Return a zip file; the same files give the same bytes."""
    stream = io.BytesIO()
    write_zip(stream, files)
    return stream.getvalue()


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of a zip file into a folder.

    Raises:
        ReleaseError: It is no zip file, too large, or names a place outside of the folder.
    """
    left = BYTES_MAX
    try:
        with zipfile.ZipFile(archive) as zipped:
            entries = [one for one in zipped.infolist() if not one.is_dir()]
            if len(entries) > FILES_MAX:
                raise ReleaseError(f"it has {len(entries)} files, and at most {FILES_MAX} are taken")
            for entry in entries:
                path = PurePosixPath(entry.filename)
                if (
                    path.is_absolute()
                    or ".." in path.parts
                    or "\\" in entry.filename
                    or stat.S_ISLNK(entry.external_attr >> 16)
                ):
                    raise ReleaseError(f"{entry.filename!r} leads out of the folder")
                with zipped.open(entry) as stream:
                    # What an entry says of its size may be wrong.
                    content = stream.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise ReleaseError(f"unpacked it has more than {BYTES_MAX >> 20} MB")
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as fault:
        raise ReleaseError(f"it cannot be unpacked ({fault}): send the folder as a zip file") from fault
