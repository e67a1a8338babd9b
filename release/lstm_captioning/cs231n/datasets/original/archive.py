"""Unpacks the archive of the original pack: its files, of bounded size, and nothing else."""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..layout import ALL_FILES, ARCHIVE_FOLDER, PackShape
from .faults import WrongFileError, storing
from .progress import byte_bar

SLACK = 4 * 2**20
"""Bytes that a file may have besides twice its usual size."""

_MOST_AT_ONCE = 2**20
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for archives that it can't read."""


@dataclass(frozen=True)
class Archive:
    """An open archive that has been looked through.

    Attributes:
        members: The files to unpack.
        left_out: Names of files that don't belong to the pack.
    """

    file: zipfile.ZipFile
    members: tuple[zipfile.ZipInfo, ...]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """Number of bytes of the files when they are unpacked."""
        return sum(member.file_size for member in self.members)

    def unpack(self, folder: Path) -> None:
        """Write the files into a folder, under their names without the archive's folder.

        Raises:
            WrongFileError: If the archive is damaged.
            NoSpaceError: If the disk is full.
            FolderError: If the folder can't be written.
        """
        with storing(folder), _reading(self.file.filename), byte_bar("Unpacking", self.size) as bar:
            for member in self.members:
                target = folder / PurePosixPath(member.filename).name
                with self.file.open(member) as source, open(target, "xb") as copy:
                    while chunk := source.read(_MOST_AT_ONCE):
                        copy.write(chunk)
                        bar.update(len(chunk))


@contextlib.contextmanager
def opened(path: Path, shape: PackShape) -> Iterator[Archive]:
    """Open an archive and look it through; nothing is unpacked.

    Files that don't belong to the pack are left out. The whole archive is refused for paths that lead out of its
    folder, links, encrypted files, and sizes that can't be.

    Args:
        path: The archive.
        shape: How much the pack holds.

    Raises:
        WrongFileError: If it is not an archive of the pack.
        FolderError: If it can't be read.
    """
    with contextlib.ExitStack() as stack:
        with storing(path.parent), _reading(path):
            raw = stack.enter_context(_BoundedFile(path))
            file = stack.enter_context(zipfile.ZipFile(raw))
        yield _looked_through(file, shape)


class _BoundedFile(io.FileIO):
    """A file that refuses to be read in large pieces, as a false table of contents makes zipfile do."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MOST_AT_ONCE:
            raise zipfile.BadZipFile("its table of contents is too large")
        return super().read(_MOST_AT_ONCE if size is None or size < 0 else size) or b""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if whence == 0 and offset < 0:
            raise zipfile.BadZipFile("its table of contents leads to nowhere")
        return super().seek(offset, whence)


@contextlib.contextmanager
def _reading(path: str | Path | None) -> Iterator[None]:
    """Turn errors of an archive that can't be read into ``WrongFileError``."""
    try:
        yield
    except _BROKEN as error:
        raise WrongFileError(f"{path} {_kind(path)} ({error}).") from error


def _kind(path: str | Path | None) -> str:
    start = b""
    if path is not None:
        with open(path, "rb") as file:
            start = file.read(512).lstrip().lower()
    if start.startswith(b"pk\x03\x04"):
        return "is a zip archive that was cut short or damaged"
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "is a web page, not a zip archive"
    return "is not a zip archive"


def _looked_through(file: zipfile.ZipFile, shape: PackShape) -> Archive:
    most = {f"{ARCHIVE_FOLDER}/{name}": 2 * size + SLACK for name, size in shape.sizes().items()}
    members: dict[str, zipfile.ZipInfo] = {}
    left_out = []
    for member in file.infolist():
        _refuse_danger(member)
        if member.filename in members:
            raise WrongFileError(f"The archive holds {member.filename} twice.")
        if member.filename in most:
            _check(member, most[member.filename])
            members[member.filename] = member
        elif not member.is_dir():
            left_out.append(member.filename)
    missing = [name for name in ALL_FILES if f"{ARCHIVE_FOLDER}/{name}" not in members]
    if missing:
        others = f" It holds {left_out[:5]!a}." if left_out else ""
        raise WrongFileError(
            f"The archive is not the pack: {ARCHIVE_FOLDER}/ in it should hold {', '.join(missing)}.{others}"
        )
    return Archive(file, tuple(members.values()), tuple(left_out))


def _refuse_danger(member: zipfile.ZipInfo) -> None:
    """Refuse an archive with a member that no honest one has, whether or not it would be unpacked."""
    name = member.orig_filename
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or any(sign in name for sign in "\\:\0"):
        raise WrongFileError(f"The archive holds a path that leads out of its folder: {name!a}.")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise WrongFileError(f"The archive holds a link or a device: {name!a}.")


def _check(member: zipfile.ZipInfo, most: int) -> None:
    name = member.filename
    if member.file_size > most:
        raise WrongFileError(f"{name} would have {member.file_size:,} bytes; at most {most:,} can be right.")
    if member.flag_bits & 1:
        raise WrongFileError(f"{name} is encrypted.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise WrongFileError(f"{name} is compressed in a way that the pack isn't (method {member.compress_type}).")
