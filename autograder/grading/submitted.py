"""Finds the submissions of a class, reads their files, and computes the digests that show which have changed."""

from __future__ import annotations

import errno
import fnmatch
import glob
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.course import CourseError
from autograder.course.digest import digest_of
from autograder.i18n.terminal import is_plain
from autograder.submissions.checks import LIMITS, IntakeLimits, check_no_link, is_empty, not_readable, walk
from autograder.submissions.collect import SubmittedFiles, collect

# Bytes of a student's id. The kit's files are named after it, with a few letters more, and a name may have 255 bytes.
STUDENT_MAX = 200


@dataclass(frozen=True)
class Submission:
    """One student's submission.

    Attributes:
        student: The student's id.
        folder: The folder that was handed in.
        attempt: Its number among the student's, where somebody keeps count; see `Record.attempt`.
    """

    student: str
    folder: Path
    attempt: int = 1

    def digest(self, read: Mapping[str, bytes] = MappingProxyType({})) -> str:
        """Return a digest of the names and bytes of all its files; links are named, not followed.

        Where files are larger than may be handed in, only their sizes count: reading them could take for ever.

        Args:
            read: Bytes of files that have been read already, by their names below the folder.

        Raises:
            Rejected: Its names are too long or too many, or it cannot be read.
            OSError: A file in it cannot be read.
        """
        # Before anything in it is opened: a folder that is a link leads to somebody else's submission.
        check_no_link(self.folder)
        # Sorted, because the order in which a folder is read differs between machines.
        entries = sorted(walk(self.folder), key=lambda one: one.path)
        # Folders have sizes, too, which `check_folder` does not count.
        files = [entry for entry in entries if not entry.is_dir(follow_symlinks=False)]
        fits = sum(entry.stat(follow_symlinks=False).st_size for entry in files) <= LIMITS.total
        names = [os.path.relpath(entry.path, self.folder) for entry in entries]
        return digest_of(
            part
            for name, entry in zip(names, entries, strict=True)
            for part in (os.fsencode(name), *_content(entry, fits, read.get(name)))
        )

    def collect(self, limits: IntakeLimits = LIMITS) -> SubmittedFiles:
        """Return its bytes.

        Raises:
            Rejected: It holds a link or something else that is no file, or too much.
        """
        check_no_link(self.folder)
        submitted = collect(self.folder, limits)
        # nbgrader would not find a file that lies in the folder's place.
        if not submitted.folder:
            raise not_readable(self.folder, NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)))
        return submitted


def _content(entry: os.DirEntry[str], fits: bool, read: bytes | None) -> tuple[bytes, bytes]:
    """Return what a digest covers of an entry: its kind, and the digest of its bytes, its size, or its target."""
    if entry.is_symlink():
        return b"link", os.fsencode(os.readlink(entry.path))
    if not entry.is_file():
        return b"", b""
    size = entry.stat().st_size
    if not fits:
        return b"size", str(size).encode()
    # Of a long Python file only the beginning was read.
    if read is not None and len(read) == size:
        return b"file", hashlib.sha256(read).digest()
    with open(entry.path, "rb") as stream:
        return b"file", hashlib.file_digest(stream, "sha256").digest()


def unfit_id(student: str) -> str:
    """Return why nothing can be written under a student's id, a folder's name; an empty text when it can be."""
    try:
        size = len(student.encode())
    except UnicodeEncodeError:
        return "the name of its folder is no UTF-8: rename the folder"
    if size > STUDENT_MAX:
        return f"the name of its folder has {size} bytes, and may have {STUDENT_MAX}: rename the folder"
    return "" if is_plain(student) else "the name of its folder has characters that cannot be seen: rename the folder"


def submissions(config: Config, assignment: str, students: Sequence[str] = ()) -> list[Submission]:
    """Return the submissions of an assignment, in the order of their students' ids.

    Args:
        config: The course's configuration, which says where submissions are.
        assignment: nbgrader's name of the assignment.
        students: The students whose submissions are wanted, as ids or shell patterns; everybody when empty.

    Raises:
        CourseError: There are none, or none of a student who was named.
    """
    folders = CourseDirectory(config=config, assignment_id=assignment)
    there = sorted(_found(folders, assignment), key=lambda one: one.student)
    # nbgrader's own setting, which its commands obey as well.
    excluded = set(folders.student_id_exclude.split(",")) - {""}
    there = [one for one in there if one.student not in excluded]
    where = folders.format_path(folders.submitted_directory, "<student>", assignment)
    for wanted in students:
        if not any(fnmatch.fnmatchcase(one.student, wanted) for one in there):
            raise CourseError(f"no hand-in of {wanted!r} in {where}: look whether the id is right, or collect it first")
    if not there:
        raise CourseError(f"no hand-ins of {assignment} in {where}: put them there, a folder for each student")
    if students:
        return [one for one in there if any(fnmatch.fnmatchcase(one.student, wanted) for wanted in students)]
    return there


def _found(folders: CourseDirectory, assignment: str) -> Iterator[Submission]:
    def place(student: str, *, escape: bool = False) -> str:
        return str(folders.format_path(folders.submitted_directory, student, assignment, escape=escape))

    pattern = re.compile(place("(?P<student>.*)", escape=True), re.DOTALL)
    for name in glob.glob(place("*")):
        matched = pattern.fullmatch(name)
        # nbgrader passes over folders in which nothing was handed in. What is no folder is refused when it is read.
        if matched and not (Path(name).is_dir() and is_empty(Path(name))):
            yield Submission(matched["student"], Path(name))
