"""What may be handed in: checked before anything is copied, parsed or run."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.messages import say


@dataclass(frozen=True)
class IntakeLimits:
    """Limits on one hand-in.

    Attributes:
        file: Bytes of one file.
        total: Bytes of all files.
        files: Files and folders.
        notebooks: Bytes of all notebooks, with their outputs, which are read.
        module: Bytes that are read of one Python file; a longer one is too long to be marked.
        modules: Bytes that are read of all Python files.
        notebook: Bytes of the notebook without its outputs.
        values: Lists and dicts in the notebook.
        depth: How deep they may be nested.
        cells: Cells of the notebook.
        source: Characters of one cell or Python file. The syntax tree of a text takes a thousand times its length.
        code: Characters of all cells of code.
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


LIMITS = IntakeLimits()
NAME_MAX = 120


class Rejected(Exception):
    """Something is not a hand-in; the message says why and what to do."""


def check_folder(folder: Path, limits: IntakeLimits = LIMITS) -> None:
    """Check the files of a hand-in without opening any of them.

    Raises:
        Rejected: It holds a link or something else that is no file, or too much.
    """
    count = total = 0
    try:
        for entry in walk(folder):
            count, total = count + 1, total + _checked_size(entry, folder, limits)
            if count > limits.files or total > limits.total:
                raise Rejected(
                    say(
                        "more than {files} files or {total} MB were handed in: hand in the notebook alone",
                        files=limits.files,
                        total=limits.total // 1000000,
                    )
                )
    except OSError as fault:
        raise Rejected(
            say(
                "{name} cannot be read ({fault}): hand in the notebook alone", name=fault.filename, fault=fault.strerror
            )
        ) from fault


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield everything below a folder; links are not followed."""
    waiting = [os.fspath(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


def _checked_size(entry: os.DirEntry[str], folder: Path, limits: IntakeLimits) -> int:
    """Return the size of a file in a hand-in, 0 for a folder."""
    name = os.path.relpath(entry.path, folder).encode("utf-8", "replace").decode()
    status = entry.stat(follow_symlinks=False)
    if entry.is_dir(follow_symlinks=False):
        return 0
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
        Rejected: It is no file, or too large.
    """
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
        Rejected: It is no file.
    """
    status = path.lstat() if path.is_symlink() or path.exists() else None
    if status is None:
        raise FileNotFoundError(f"no hand-in {path}")
    if not stat.S_ISREG(status.st_mode):
        kind = say("a link") if stat.S_ISLNK(status.st_mode) else say("not a file")
        raise Rejected(say("{path} is {kind}: hand in the notebook itself, an .ipynb file", path=str(path), kind=kind))
    return status.st_size


def read_start(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, at most so many."""
    with path.open("rb") as stream:
        return stream.read(most)


def shown_name(name: str) -> str:
    """Return a file's name as people are told: on one line, and cut."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:NAME_MAX]


def data_of(path: Path) -> bytes:
    """Return the bytes of a file that was refused, none when it may not be read: its record names it by them."""
    try:
        return read_data(path)
    except (FileNotFoundError, Rejected):
        return b""


def depth(value: Any) -> int:
    """Return how deep a JSON value is nested: 0 for text or a number."""
    levels, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        levels += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return levels
