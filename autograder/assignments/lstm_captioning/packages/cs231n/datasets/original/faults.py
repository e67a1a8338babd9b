"""What can go wrong when the original pack is downloaded and installed, and the program's exit code for each."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

_ADVICE = "Make space and run the command again, or name another folder with --to."
_FULL = {errno.ENOSPC, errno.EDQUOT}


class DownloadError(Exception):
    """The pack could not be installed; the message says why and what to do.

    Attributes:
        exit_code: What ``python -m cs231n.datasets.download`` ends with.
    """

    exit_code = 1


class NetworkError(DownloadError):
    """The server can't be reached, refuses, or breaks off again and again."""

    exit_code = 3


class WrongFileError(DownloadError):
    """What was downloaded, or lies in the folder, is not the original pack, or has another checksum."""

    exit_code = 4


class NoSpaceError(DownloadError):
    """The disk has too little space."""

    exit_code = 5


class FolderError(DownloadError):
    """The folder can't be made, read or written."""

    exit_code = 6


@contextlib.contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn errors of the file system into ``NoSpaceError`` and ``FolderError``."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoSpaceError(f"The disk of {folder} is full. {_ADVICE}") from error
        raise FolderError(f"{folder} can't be used: {error}. Name another folder with --to.") from error


def require_space(free: int, needed: int, folder: Path, purpose: str) -> None:
    """Raise an error if there is too little space.

    Args:
        free: Free bytes.
        needed: Bytes that will be written.
        folder: Where.
        purpose: What for, in words that follow "needed".

    Raises:
        NoSpaceError: If less is free than needed.
    """
    if free < needed:
        raise NoSpaceError(
            f"{folder} has {free / 1e9:.2f} GB free; {needed / 1e9:.2f} GB are needed {purpose}. {_ADVICE}"
        )
