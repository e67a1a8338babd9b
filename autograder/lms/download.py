"""Opens what a course site lets one download: a zip, or the folder that a browser has made of it."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from autograder.course.course import CourseError
from autograder.submissions.archives import DAMAGE, READ, InPieces

# A download of a thousand students has some ten thousand files; their list has a few hundred bytes for each.
MOST_FILES = 100_000
LONGEST_LIST = 1 << 24
PIECE = 1 << 20
# Bits of a member's flags: it is locked with a password; its name is UTF-8.
LOCKED, UTF_8 = 1, 1 << 11
# What file managers put beside files, in any folder. Other names may begin with a point: a student's, on Moodle.
LITTER = re.compile(r"(.*/)?(__MACOSX/.*|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.IGNORECASE | re.DOTALL)
LEADS_OUT, LINK = "its name leads out of the download", "it is a link or a device, and no file"


class NotCollected(Exception):
    """Something of a download is not taken in; the message says why."""


@dataclass(frozen=True)
class Member:
    """A file of a download.

    Attributes:
        name: Its path, with slashes.
        size: Its bytes, as the download states them.
        open: Opens it for reading.
    """

    name: str
    size: int
    open: Callable[[], IO[bytes]] = field(repr=False, compare=False)

    def copy(self, target: Path) -> None:
        """Write it into a new file.

        Raises:
            NotCollected: It is damaged, or has more bytes than it states.
            OSError: The file cannot be written.
        """
        with target.open("xb") as written:
            for piece in self._pieces():
                written.write(piece)

    def _pieces(self) -> Iterator[bytes]:
        left = self.size
        try:
            with self.open() as stream:
                # One byte more than it states, so that its end is seen, where a zip's checksum is compared.
                while piece := stream.read(min(PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        break
                    yield piece
        except DAMAGE as fault:
            raise NotCollected(f"{self.name} cannot be read ({type(fault).__name__}): download it again") from fault
        if left:
            raise NotCollected(f"{self.name} has not the size that it states: download it again")


@dataclass(frozen=True)
class Download:
    """The files of a download.

    Attributes:
        members: Those that are files, in the order of their names.
        refused: Why others are not taken in, by their names.
    """

    members: list[Member]
    refused: dict[str, str]


@contextmanager
def opened(path: Path, site: str) -> Iterator[Download]:
    """Yield the files of a download, which can be read in the context.

    Args:
        path: The zip, or the folder that it was unpacked into.
        site: The course site, as people call it.

    Raises:
        CourseError: It is missing, neither of both, damaged, or holds far more files than a class hands in.
    """
    with ExitStack() as held:
        try:
            if path.is_dir():
                download = _download(_in_folder(path))
            else:
                bounded = InPieces(held.enter_context(path.open("rb")), LONGEST_LIST)
                download = _download(_in_zip(held.enter_context(zipfile.ZipFile(bounded))))
        except FileNotFoundError as fault:
            raise CourseError(f"{path} is not there: give the file that {site} let you download") from fault
        except DAMAGE as fault:
            raise CourseError(
                f"{path} cannot be read as a zip ({fault}): give the file that {site} let you download, or the folder "
                "that your browser made of it; if it broke off, download it again"
            ) from fault
        if not download.members and not download.refused:
            raise CourseError(f"{path} holds no files: give the file that {site} let you download")
        yield download


def _download(found: Iterator[tuple[str, Member | str]]) -> Download:
    members: list[Member] = []
    refused: dict[str, str] = {}
    for count, (name, one) in enumerate(found):
        if count >= MOST_FILES:
            raise CourseError(f"it holds more than {MOST_FILES:,} files: that is no download of one class")
        if LITTER.fullmatch(name):
            continue
        if isinstance(one, str):
            refused[name] = one
        else:
            members.append(one)
    return Download(sorted(members, key=lambda member: member.name), refused)


def _in_zip(archive: zipfile.ZipFile) -> Iterator[tuple[str, Member | str]]:
    for info in archive.infolist():
        name = _name(info)
        if info.is_dir():
            continue
        parts = name.split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            yield name, LEADS_OUT
        # The upper half of the attributes is the Unix mode, where the archive was made on Unix.
        elif (mode := info.external_attr >> 16) and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            yield name, LINK
        elif info.flag_bits & LOCKED:
            yield name, "it is locked with a password"
        elif info.compress_type not in READ:
            yield name, "it is packed in a way that is not read"
        else:
            yield name, Member(name, info.file_size, lambda info=info: archive.open(info))  # type: ignore[misc]


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's path in the letters in which it was written.

    Ruby's and PHP's writers of zips may leave out the mark that a name is UTF-8; Python takes such a name for CP437.
    """
    name = info.filename
    if not info.flag_bits & UTF_8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = info.filename
    return name.replace("\\", "/")


def _in_folder(folder: Path) -> Iterator[tuple[str, Member | str]]:
    for place, inner, files in os.walk(folder):
        for name in (*files, *(one for one in inner if os.path.islink(os.path.join(place, one)))):
            path = Path(place, name)
            # macOS takes the letters of names apart when it unpacks. A name may be no UTF-8 at all.
            shown = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "replace")
            shown = unicodedata.normalize("NFC", shown)
            status = path.lstat()
            if stat.S_ISREG(status.st_mode):
                yield shown, Member(shown, status.st_size, lambda path=path: _open(path))  # type: ignore[misc]
            else:
                yield shown, LINK


def _open(path: Path) -> BinaryIO:
    # What was a file a moment ago may be a link or a pipe now.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")
