"""Reads archives that were handed in, within bounds: piece by piece, in memory, never unpacked to the disk.

Members that nobody needs are not read. The sizes that an archive states are counted before anything is unpacked, and no
more than these is unpacked.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from autograder.i18n.messages import Message, say
from autograder.submissions.checks import IntakeLimits, Rejected, check_name, printable_name

ZIP = b"PK\x03\x04"
ENTRY = b"PK\x01\x02"  # begins the line of each member in an archive's list
NOTEBOOK = re.compile(r"\.ipynb(?![a-z0-9_])", re.IGNORECASE)
DEEPEST = 2  # an archive in an archive
# Python's reader unpacks the other methods of compression without a bound: bzip2 and LZMA make gigabytes of a few
# bytes.
READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
PIECE = 1 << 20
# What zipfile and zlib raise on archives that were made to do harm; all of it means the same to a student.
DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A file that may be the submission.

    Attributes:
        name: Where it was found, as people are told.
        data: Its bytes; only the first ones of a Python file that is too long to be marked.
    """

    name: str
    data: bytes

    @property
    def file(self) -> str:
        """The last part of its name."""
        return PurePosixPath(self.name).name


class IntakeBudget:
    """The amount that may still be read of one submission."""

    def __init__(self, limits: IntakeLimits) -> None:
        self._limits, self._files = limits, limits.files
        self._notebooks, self._modules = (min(limits.total, one) for one in (limits.notebooks, limits.modules))

    def expects(self, name: str, count: int) -> None:
        """Check how many members an archive can have, before its list, however long, is read.

        Raises:
            Rejected: There are far too many, including those of archives in it.
        """
        # The bytes that are counted can also be in a file's contents, and in an inner archive: only far too many is
        # certain.
        if count > DEEPEST * self._limits.files:
            raise self._too_many(name)

    def listed(self, name: str, count: int) -> None:
        """Subtract the number of an archive's members.

        Raises:
            Rejected: There are too many.
        """
        self._files -= count
        if self._files < 0:
            raise self._too_many(name)

    def _too_many(self, name: str) -> Rejected:
        return Rejected(
            say("{name} holds more than {files} files: hand in the notebook alone", name=name, files=self._limits.files)
        )

    def take(self, name: str, size: int, packed: bool = False) -> int:
        """Subtract a file's size, and return how many of its bytes are read.

        Raises:
            Rejected: The file is too large, alone or with those before it.
        """
        most = size
        if name.endswith(".py"):
            # One byte more than is marked, so that a longer file is recognised as too long.
            most = min(size, self._limits.module + 1)
            self._modules -= most
        else:
            self._notebooks -= size
        if size > self._limits.file or min(self._notebooks, self._modules) < 0:
            raise Rejected(_too_large(printable_name(name), packed))
        return most


def _too_large(name: str, packed: bool) -> Message:
    if packed:
        return say(
            "{name} is too large when it is unpacked: clear outputs, and hand in the notebook or the module files "
            "alone",
            name=name,
        )
    return say(
        "{name} is too large, with what was read before it: clear outputs, and hand in the notebook or the module "
        "files alone",
        name=name,
    )


class InPieces:
    """A file that is read in pieces only: an archive with a longer list of members is damaged or made to do harm."""

    def __init__(self, stream: BinaryIO, most: int | None = None) -> None:
        self._stream, self._most = stream, PIECE if most is None else most
        self.seek, self.tell, self.close = stream.seek, stream.tell, stream.close

    def read(self, size: int = -1) -> bytes:
        """Return the bytes that are asked for.

        Raises:
            ValueError: They are more than a piece.
        """
        # zipfile reads the list of members in one go, as long as the archive says it is, and makes an object of each
        # line.
        data = self._stream.read(min(size, self._most + 1) if size >= 0 else self._most + 1)
        if len(data) > self._most:
            raise ValueError("a list of members that is too long")
        return data

    def seekable(self) -> bool:
        """Return True: zipfile asks before it looks for the list at the end."""
        return True


def is_archive(data: bytes) -> bool:
    """Return whether a file's bytes are those of a zip."""
    return data.startswith(ZIP)


def in_archive(name: str, data: bytes, budget: IntakeBudget, level: int = 1) -> Iterator[Candidate]:
    """Yield the notebooks and Python files in an archive, and in archives in it.

    Args:
        name: Where it was found, as people are told.
        data: Its bytes.
        budget: The amount that may still be read; what is read is subtracted.
        level: How many archives it lies in, itself included.

    Raises:
        Rejected: The archive is damaged, or holds what must not be unpacked.
    """
    with io.BytesIO(data) as stream:
        budget.expects(name, _entries(stream))
        try:
            with zipfile.ZipFile(InPieces(stream)) as archive:
                members = archive.infolist()
                budget.listed(name, len(members))
                # Every member, also those that are not read: a name that leads out says what the archive was made for.
                for member in members:
                    _check_member(name, member)
                wanted = [member for member in members if _wanted(member, level)]
                # All sizes are counted before anything is unpacked.
                sizes = [budget.take(f"{name}/{_path(one)}", one.file_size, packed=True) for one in wanted]
                for member, most in zip(wanted, sizes, strict=True):
                    yield from _in_member(name, archive, member, most, budget, level)
        except DAMAGE as fault:
            raise Rejected(
                say(
                    "{name} is a damaged archive ({fault}): hand in the notebook itself, an .ipynb file",
                    name=name,
                    fault=type(fault).__name__,
                )
            ) from fault


def _entries(stream: BinaryIO) -> int:
    """Return how many members an archive can have at most."""
    count, end = 0, b""
    while piece := stream.read(PIECE):
        count += (end + piece).count(ENTRY)
        # A mark may lie across two pieces.
        end = piece[1 - len(ENTRY) :]
    return count


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    check_name(_path(member))
    parts = re.split(r"[/\\]", member.filename)
    called = repr(printable_name(member.filename))
    # Nothing is unpacked to the disk, so these names do no harm here; they are refused because honest systems make
    # none.
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        raise Rejected(
            say("{name} holds {called}, which leads out of it: hand in the notebook alone", name=name, called=called)
        )
    # The upper half of the attributes is the Unix mode where the archive was made on Unix.
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Rejected(
            say("{name} holds the link {called}: hand in the notebook alone, as a file", name=name, called=called)
        )
    # Bit 0 of the general purpose flags: encrypted.
    if member.flag_bits & 1:
        raise Rejected(say("{name} is locked with a password: hand in the notebook alone", name=name))
    if member.compress_type not in READ:
        raise Rejected(
            say("{name} is packed in a way that is not read: hand in a zip as your system makes it", name=name)
        )


def _wanted(member: zipfile.ZipInfo, level: int) -> bool:
    """Return whether a member is read."""
    name = _path(member)
    # What is never read costs no bytes of the budget: a zip that also holds data and pictures can still be read.
    return not (member.is_dir() or set_aside(name)) and (looked_at(name) or _opened(name, level))


def _path(member: zipfile.ZipInfo) -> str:
    return member.filename.replace("\\", "/")


def _opened(name: str, level: int) -> bool:
    """Return whether a member is opened as an archive."""
    return name.lower().endswith(".zip") and level < DEEPEST


def _in_member(
    archive_name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, budget: IntakeBudget, level: int
) -> Iterator[Candidate]:
    name, data = f"{archive_name}/{_path(member)}", unpacked(archive, member, most)
    if _opened(name, level):
        yield from in_archive(name, data, budget, level + 1)
    else:
        yield Candidate(name, data)


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """Return the first bytes of a member, at most ``most``."""
    # In pieces: ``read()`` without a size unpacks everything, whatever size the archive stated.
    data = bytearray()
    with archive.open(member) as stream:
        while len(data) < most and (piece := stream.read(min(most - len(data), PIECE))):
            data += piece
    return bytes(data)


def looked_at(name: str) -> bool:
    """Return whether a file can be a submission, or a part of one."""
    return name.endswith(".py") or NOTEBOOK.search(name) is not None


def may_matter(name: str) -> bool:
    """Return whether a file in a folder can be a submission, a part of one, or an archive of them."""
    return (looked_at(name) or name.lower().endswith(".zip")) and not set_aside(name)


def set_aside(name: str) -> bool:
    """Return whether a file is one that editors and systems put beside others: hidden, or kept for a crash."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
