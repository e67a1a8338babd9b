"""Checks what was handed in before anything is copied, parsed or run."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from autograder.i18n.messages import Message, say


@dataclass(frozen=True)
class IntakeLimits:
    """Limits on one submission.

    Attributes:
        file: Bytes of one file.
        total: Bytes of all files.
        files: Files and folders.
        notebooks: Bytes of all notebooks that are read, with their outputs.
        module: Bytes that are read of one Python file; a longer one is too long to be marked.
        modules: Bytes that are read of all Python files.
        notebook: Bytes of the notebook without its outputs.
        values: Lists and dicts in the notebook.
        depth: How deep they may be nested.
        cells: Cells of the notebook.
        source: Characters of one cell or Python file. The syntax tree of a text takes a thousand times its length.
        code: Characters of all cells of code.
        text: Characters of all other cells, which feedback shows: some texts take a second to render for 20,000.
        name: Bytes of the name of a file or folder.
        path: Bytes of a file's path within the submission.
        levels: How deep folders may lie in folders.
        timestamp: Bytes of the file that says when it was handed in.
        seconds: Processor time for reading it, in seconds.
        memory: Bytes of memory for reading it.
    """

    file: int = 150_000_000
    total: int = 300_000_000
    files: int = 500
    notebooks: int = 150_000_000
    module: int = 400_000
    modules: int = 20_000_000
    notebook: int = 20_000_000
    values: int = 500_000
    depth: int = 50
    cells: int = 1_000
    source: int = 100_000
    code: int = 400_000
    text: int = 300_000
    name: int = 255
    path: int = 1_000
    levels: int = 30
    timestamp: int = 100
    seconds: float = 20.0
    memory: int = 1 << 30


# The file that `python -m venv` puts into the folder of an environment.
ENVIRONMENT = "pyvenv.cfg"
# What git keeps beside the files of a repository that is handed in whole: often more files than may be handed in.
GIT = ".git"
LIMITS = IntakeLimits()
NAME_MAX = 120
# Errors that a submission's own names and files can cause. All others, such as a failing disk, are the machine's fault.
OWN_FAULTS = frozenset({
    errno.EACCES, errno.EINVAL, errno.EILSEQ, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENODEV,
    errno.ENOENT, errno.ENOTDIR, errno.ENXIO, errno.EPERM,
})  # fmt: skip
TIMESTAMP = "timestamp.txt"
# A date, a time and a zone in any usual form. A zone may be the name of a file below a folder of the system's, but must
# not lead out of it.
TIME = re.compile(r"(?!.*(?:\.\.|//| /))[A-Za-z0-9 :.,+/_-]+")
YEARS = range(1970, 2200)
# What the parser of times raises for a text that is no time, or one that no clock shows.
NO_TIME = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)


class Rejected(Exception):
    """Something is no submission.

    Attributes:
        message: Says why and what to do.
    """

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def check_folder(folder: Path, limits: IntakeLimits = LIMITS) -> None:
    """Check the files of a submission without opening any but the one that says when it came.

    Raises:
        Rejected: The submission holds a link or something else that is no file, or too much; or it cannot be read.
    """
    total = 0
    for entry in walk(folder, limits):
        total += _checked_size(entry, folder, limits)
        if total > limits.total:
            raise Rejected(_too_much(limits))
    submitted_at(folder, limits)


def check_no_link(folder: Path) -> None:
    """Check that a student's submission is their own folder: a link would lead to somebody else's.

    Raises:
        Rejected: It is a link, or lies in a student's folder that is one.
    """
    for path in (folder, folder.parent):
        if path.is_symlink():
            raise Rejected(
                say(
                    "{name} is {kind}: hand in the notebook alone, as a file",
                    name=printable_name(path.name),
                    kind=say("a link"),
                )
            )


def walk(folder: Path, limits: IntakeLimits = LIMITS) -> Iterator[os.DirEntry[str]]:
    """Yield everything below a folder but environments of Python's and what git keeps; links are not followed.

    Raises:
        Rejected: The folder holds too much, its names are too long, or it cannot be read.
        OSError: The folder cannot be read, by a fault of the machine's.
    """
    # A list instead of recursion, and a count while reading: folders in folders have no bound of their own.
    waiting = [os.fspath(folder)]
    count = 0
    try:
        while waiting:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    count += 1
                    if count > limits.files:
                        raise Rejected(_too_much(limits))
                    check_name(os.path.relpath(entry.path, folder), limits)
                    yield entry
                    # The packages that a student installed beside the work are full of links, and none of it is marked.
                    if not entry.is_dir(follow_symlinks=False) or entry.name == GIT:
                        continue
                    if not os.path.lexists(f"{entry.path}/{ENVIRONMENT}"):
                        waiting.append(entry.path)
    except OSError as fault:
        raise not_readable(folder, fault) from fault


def _too_much(limits: IntakeLimits) -> Message:
    return say(
        "more than {files} files or {total} MB were handed in: hand in the notebook alone",
        files=limits.files,
        total=limits.total // 1000000,
    )


def check_name(name: str, limits: IntakeLimits = LIMITS) -> None:
    """Check the name of a file below a folder, or in an archive.

    Raises:
        Rejected: The name is longer, or lies deeper, than it may.
    """
    # Bytes are what file systems limit: a name of 100 Chinese characters has 300.
    parts = os.fsencode(name.encode("utf-8", "replace")).split(b"/")
    if (
        sum(map(len, parts)) + len(parts) > limits.path
        or len(parts) > limits.levels + 1
        or max(map(len, parts)) > limits.name
    ):
        raise Rejected(
            say(
                "the name {name} is too long, or lies too deep in folders: hand in the notebook alone",
                name=printable_name(name),
            )
        )


def not_readable(path: Path, fault: OSError) -> Exception:
    """Return the error for a submission that cannot be read: it is refused, unless that is the machine's fault."""
    if fault.errno not in OWN_FAULTS:
        return fault
    name = printable_name(os.path.relpath(fault.filename, path.parent) if fault.filename else path.name)
    return Rejected(
        say("{name} cannot be read ({fault}): hand in the notebook alone", name=name, fault=str(fault.strerror))
    )


def is_empty(folder: Path) -> bool:
    """Return whether a folder is empty; one that cannot be looked into counts as not empty."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def submitted_at(folder: Path, limits: IntakeLimits = LIMITS) -> datetime | None:
    """Return when a submission came, in UTC, as its ``timestamp.txt`` says; None when it says nothing.

    nbgrader's own way of reading it takes a quarter of an hour for some millions of digits.

    Raises:
        Rejected: The file holds no time.
    """
    file = folder / TIMESTAMP
    try:
        data = read_start(file, limits.timestamp + 1) if stat.S_ISREG(file.lstat().st_mode) else b"\0"
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise not_readable(folder, fault) from fault
    text = data.decode("ascii", "replace").strip()
    if not text:
        return None
    # Only short texts of this form reach the parser, which takes minutes for millions of digits and opens files for
    # zones.
    if len(data) <= limits.timestamp and TIME.fullmatch(text):
        with contextlib.suppress(*NO_TIME):
            when: datetime = parse_utc(text)
            if when.year in YEARS:
                return when
    raise Rejected(
        say("{file} is no time such as 2026-03-01 12:00:00 UTC: hand it in again without that file", file=TIMESTAMP)
    )


def _checked_size(entry: os.DirEntry[str], folder: Path, limits: IntakeLimits) -> int:
    """Return the size of a file in a submission, 0 for a folder."""
    name = printable_name(os.path.relpath(entry.path, folder))
    status = entry.stat(follow_symlinks=False)
    if entry.is_dir(follow_symlinks=False):
        return 0
    # A hard link can be another student's file or the gradebook: nbgrader's copy would take its bytes.
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        linked = entry.is_symlink() or stat.S_ISREG(status.st_mode)
        kind = say("a link") if linked else say("no ordinary file")
        raise Rejected(say("{name} is {kind}: hand in the notebook alone, as a file", name=name, kind=kind))
    if status.st_size > limits.file:
        raise Rejected(
            say(
                "{name} has {size:,} bytes: clear outputs, leave data out, and hand it in again",
                name=name,
                size=status.st_size,
            )
        )
    return status.st_size


def read_data(path: Path, limits: IntakeLimits = LIMITS) -> bytes:
    """Return the bytes of a notebook file.

    Raises:
        FileNotFoundError: There is no such file.
        Rejected: The path is no file, or the file is too large.
    """
    # The size is asked first, so that a file which is too large is not read at all.
    size, most = checked(path), limits.file
    data = read_start(path, most + 1) if size <= most else b""  # it may have grown meanwhile
    if max(size, len(data)) > most:
        raise Rejected(
            say(
                "{name} has more than {file:,} bytes: clear its outputs, save it and hand it in again",
                name=path.name,
                file=most,
            )
        )
    return data


def checked(path: Path) -> int:
    """Return the size of a file.

    Raises:
        FileNotFoundError: There is no such file.
        Rejected: The path is no file.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        raise FileNotFoundError(f"no hand-in {path}") from None
    if not stat.S_ISREG(status.st_mode):
        kind = say("a link") if stat.S_ISLNK(status.st_mode) else say("not a file")
        name = printable_name(path.name)
        raise Rejected(say("{path} is {kind}: hand in the notebook itself, an .ipynb file", path=name, kind=kind))
    return status.st_size


def read_start(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, at most ``most``."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)  # what was a file a moment ago may be a pipe now
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as stream:
        return stream.read(most)


def printable_name(name: str) -> str:
    """Return a file's name as people are told: on one line, and cut."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:NAME_MAX])


def data_of(path: Path, name: str) -> bytes:
    """Return the bytes by which the record of a refused submission names it; none when they may not be read.

    Args:
        path: The file that was handed in, or the folder, of which nbgrader knows one notebook.
        name: The assignment's name, which that notebook bears.
    """
    try:
        # A link is no folder: it leads to what somebody else handed in.
        return read_data(path / f"{name}.ipynb" if path.is_dir() and not path.is_symlink() else path)
    except (OSError, Rejected):
        return b""


def data_in(folder: Path, name: str) -> bytes:
    """Return the bytes of a refused submission in a student's folder (see `data_of`): none when a link leads there."""
    try:
        check_no_link(folder)
    except Rejected:
        return b""
    return data_of(folder, name)


def depth(value: Any) -> int:
    """Return how deep a JSON value is nested: 0 for text or a number."""
    # Level by level and not by recursion, which a deeply nested value would exhaust.
    levels, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        levels += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return levels
