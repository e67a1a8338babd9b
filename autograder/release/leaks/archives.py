"""Opens archives within the bounds that hand-ins have; nothing is unpacked to the disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from autograder.release.leaks.leak import Where
from autograder.release.leaks.piece import Blob
from autograder.submissions.archives import DAMAGE, DEEPEST, ENTRY, READ, ZIP, Budget, unpacked
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected

GZIP = b"\x1f\x8b"
TAR_MAGIC = slice(257, 262)
# By how they begin: what is an archive, though it is not opened.
SEALED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
SUFFIXES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".whl", ".jar")


class Unopened(Exception):
    """An archive cannot be looked into; the message says why."""


class Room(Budget):
    """What may still be unpacked while a folder is looked through.

    Args:
        limits: How much that is in the beginning.
    """

    def __init__(self, limits: IntakeLimits) -> None:
        super().__init__(limits)
        self._file, self._total = limits.file, limits.total

    def unpack(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
        """Return a member's bytes.

        Raises:
            Unopened: It is too large, whatever size it says that it has, or packed in a way that is not read.
        """
        if member.compress_type not in READ:
            raise Unopened(f"{name} is packed in a way that is not read")
        most = min(self._file, self._total)
        data = unpacked(archive, member, most + 1)
        if len(data) > most:
            raise Unopened(f"{name} is too large when it is unpacked")
        self._total -= len(data)
        return data


def is_archive(data: bytes) -> bool:
    """Whether bytes are an archive that can be opened."""
    return data.startswith((ZIP, GZIP)) or data[TAR_MAGIC] == b"ustar" or _ends_as_zip(data)


def _ends_as_zip(data: bytes) -> bool:
    """Whether something else stands before an archive, as in one that unpacks itself."""
    return b"PK\x05\x06" in data[-1000:] and ENTRY in data


def members(blob: Blob, room: Room, level: int) -> Iterator[Blob]:
    """Yield the members of an archive, or what a packed file holds.

    Raises:
        Unopened: It is damaged, locked or too large, or too deep in other archives.
    """
    if level >= DEEPEST:
        raise Unopened("an archive in an archive in an archive")
    try:
        if blob.data.startswith(GZIP):
            unpacked = zlib.decompressobj(wbits=31).decompress(blob.data, LIMITS.total)
            yield Blob(blob.where.within("unpacked"), unpacked, blob.name.removesuffix(".gz"))
        elif blob.data[TAR_MAGIC] == b"ustar":
            yield from _tar(blob, room)
        else:
            yield from _zip(blob, room)
    except (*DAMAGE, tarfile.TarError) as fault:
        raise Unopened(f"{type(fault).__name__}: {fault}") from fault
    except Rejected as fault:
        raise Unopened(str(fault).partition(":")[0]) from fault


def _zip(blob: Blob, room: Room) -> Iterator[Blob]:
    room.expects(blob.name, blob.data.count(ENTRY))
    with zipfile.ZipFile(io.BytesIO(blob.data)) as archive:
        listed = archive.infolist()
        room.listed(blob.name, len(listed))
        if archive.comment:
            yield Blob(blob.where.within("the archive's comment"), archive.comment)
        for member in listed:
            if not member.is_dir():
                name = member.filename.replace("\\", "/")
                yield Blob(_inside(blob, name), room.unpack(archive, member, name), name)


def _tar(blob: Blob, room: Room) -> Iterator[Blob]:
    with tarfile.open(fileobj=io.BytesIO(blob.data)) as archive:
        for member in archive:
            room.listed(blob.name, 1)
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield Blob(_inside(blob, member.name), stream.read(LIMITS.file), member.name)


def _inside(blob: Blob, name: str) -> Where:
    within = f"{blob.where.part}: {name}" if blob.where.part else None
    if blob.where.cell or within:
        return blob.where.within(name)
    return Where(f"{blob.where.file}/{name}")
