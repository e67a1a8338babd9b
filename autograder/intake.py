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
        notebook: Bytes of the notebook without its outputs.
        values: Lists and dicts in the notebook.
        depth: How deep they may be nested.
        cells: Cells of the notebook.
        source: Characters of one cell.
    """

    file: int = 150_000_000
    total: int = 300_000_000
    files: int = 500
    notebook: int = 20_000_000
    values: int = 500_000
    depth: int = 50
    cells: int = 1_000
    source: int = 200_000


LIMITS = IntakeLimits()


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
    if not stat.S_ISREG(status.st_mode):
        kind = say("a link") if entry.is_symlink() else say("no ordinary file")
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
    status = path.lstat() if path.is_symlink() or path.exists() else None
    if status is None:
        raise FileNotFoundError(f"no hand-in {path}")
    if not stat.S_ISREG(status.st_mode):
        kind = say("a link") if stat.S_ISLNK(status.st_mode) else say("not a file")
        raise Rejected(say("{path} is {kind}: hand in the notebook itself, an .ipynb file", path=str(path), kind=kind))
    data = b""
    if status.st_size <= limits.file:
        with path.open("rb") as stream:
            data = stream.read(limits.file + 1)  # it may have grown meanwhile
    if max(status.st_size, len(data)) > limits.file:
        raise Rejected(
            say(
                "{name} has more than {file:,} bytes: clear its outputs, save it and hand it in again",
                name=path.name,
                file=limits.file,
            )
        )
    return data


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
