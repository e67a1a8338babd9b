"""Opens what holds other things: archives, pictures with texts in their files, encoded data, web pages.

Nothing is unpacked to the disk, and archives are opened within the bounds that submissions have.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes

from autograder.release.leaks.findings import Blob, Leak, Piece, Where
from autograder.submissions.archives import DAMAGE, DEEPEST, ENTRY, READ, ZIP, IntakeBudget, unpacked
from autograder.submissions.checks import IntakeLimits, Rejected

GZIP = b"\x1f\x8b"
TAR_NAME = slice(257, 262)
# How archives begin that are recognised and not opened.
SEALED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd")
SUFFIXES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst", ".whl", ".jar")
PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
PIXELS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT", b"tIME"}
)
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
# Bytes to which a comment is unpacked; no person writes more.
UNPACKED = 4_000_000
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
BEHIND = "behind the picture"
SAVE = "Save the picture anew, for example with a screenshot: what is not the picture does not belong into its file."
# Shorter ones hold no statement.
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}(?:\\n|\s)*(?:[A-Za-z0-9+/_-]{16,}(?:\\n|\s)*)*[A-Za-z0-9+/_-]{0,76}={0,2}")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){24,}")
PLAIN_DATA = re.compile(r"data:[\w/+.-]*(?:;[\w=-]+)*,([^\"\s]+)")
TURNED = str.maketrans("-_", "+/")


class Unopened(Exception):
    """An archive cannot be looked into; the message says why."""


class UnpackBudget(IntakeBudget):
    """Counts what may still be unpacked, in all archives of a folder together."""

    def __init__(self, limits: IntakeLimits) -> None:
        super().__init__(limits)
        self._file, self._total = limits.file, limits.total

    def unpack(self, name: str, read: Callable[[int], bytes]) -> bytes:
        """Return the bytes of a member, whatever size the archive states.

        Args:
            name: The member's name, as people are told.
            read: Returns its first bytes, at most as many as it is asked for.

        Raises:
            Unopened: It is too large, alone or with those before it.
        """
        most = min(self._file, self._total)
        data = read(most + 1)
        if len(data) > most:
            raise Unopened(f"{name} is too large when it is unpacked")
        self._total -= len(data)
        return data


def is_readable_archive(data: bytes) -> bool:
    """Whether bytes are an archive that can be opened."""
    return data.startswith((ZIP, GZIP)) or data[TAR_NAME] == b"ustar" or _ends_as_zip(data)


def _ends_as_zip(data: bytes) -> bool:
    """Whether bytes end as an archive does: a self-extracting one begins with a program."""
    return b"PK\x05\x06" in data[-1000:] and ENTRY in data


def members(blob: Blob, budget: UnpackBudget, level: int) -> Iterator[Blob]:
    """Yield the members of an archive, or the content of a gzip file.

    Raises:
        Unopened: The archive is damaged, locked, too large, or too deep in other archives.
    """
    if level >= DEEPEST:
        raise Unopened("an archive in an archive in an archive")
    try:
        if blob.data.startswith(GZIP):
            yield from _gzip(blob, budget)
        elif blob.data[TAR_NAME] == b"ustar":
            yield from _tar(blob, budget)
        else:
            yield from _zip(blob, budget)
    except (*DAMAGE, tarfile.TarError) as fault:
        raise Unopened(f"{type(fault).__name__}: {fault}") from fault
    except Rejected as fault:
        raise Unopened(str(fault).partition(":")[0]) from fault


def _zip(blob: Blob, budget: UnpackBudget) -> Iterator[Blob]:
    budget.expects(blob.name, blob.data.count(ENTRY))
    with zipfile.ZipFile(io.BytesIO(blob.data)) as archive:
        listed = archive.infolist()
        budget.listed(blob.name, len(listed))
        if archive.comment:
            yield Blob(blob.where.within("the archive's comment"), archive.comment)
        for member in listed:
            if not member.is_dir():
                name = member.filename.replace("\\", "/")
                if member.compress_type not in READ:
                    raise Unopened(f"{name} is packed in a way that is not read")
                yield Blob(_inside(blob, name), budget.unpack(name, partial(unpacked, archive, member)), name)


def _gzip(blob: Blob, budget: UnpackBudget) -> Iterator[Blob]:
    rest, whole = blob.data, True

    def read(most: int) -> bytes:
        nonlocal rest, whole
        data = bytearray()
        # Several may stand one behind the other, which programs read as one.
        while rest.startswith(GZIP) and whole and len(data) < most:
            budget.listed(blob.name, 1)  # what comes behind is copied for each of them
            member = zlib.decompressobj(wbits=31)
            data += member.decompress(rest, most - len(data))
            rest, whole = member.unused_data, member.eof
        return bytes(data)

    yield Blob(blob.where.within("unpacked"), budget.unpack(blob.name, read), blob.name.removesuffix(".gz"))
    if rest:
        yield Blob(blob.where.within("behind its end"), rest)
    if not whole:
        raise Unopened("what comes behind the part that could be unpacked: the file is cut off")


def _tar(blob: Blob, budget: UnpackBudget) -> Iterator[Blob]:
    with tarfile.open(fileobj=io.BytesIO(blob.data), mode="r:") as archive:
        for member in archive:
            budget.listed(blob.name, 1)
            stream = archive.extractfile(member) if member.isfile() else None
            if stream is not None:
                yield Blob(_inside(blob, member.name), budget.unpack(member.name, stream.read), member.name)


def _inside(blob: Blob, name: str) -> Where:
    if blob.where.cell or blob.where.part:
        return blob.where.within(name)
    return Where(f"{blob.where.file}/{name}")


def is_image(data: bytes) -> bool:
    """Whether bytes begin as a PNG or a JPEG does."""
    return data.startswith((PNG, JPEG))


def image_parts(blob: Blob) -> Iterator[Leak | Blob]:
    """Yield what a picture's file holds besides the picture: text chunks, EXIF, comments, bytes behind it."""
    # Not by Pillow: it leaves out chunks that it does not know (sPLT) and bytes behind the end, and decodes the picture
    # to reach texts behind its pixels.
    parts = _png if blob.data.startswith(PNG) else _jpeg
    for name, data in parts(blob.data):
        where = blob.where.within(name)
        if name == BEHIND and data.strip(b"\0\r\n \t"):
            yield Leak(where, f"{len(data)} bytes behind the end of a picture", "", SAVE)
        yield Blob(where, data)


def _png(data: bytes) -> Iterator[tuple[str, bytes]]:
    place = len(PNG)
    while place + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[place : place + 8])
        content = data[place + 8 : place + 8 + size]
        place += size + 12
        if kind in TEXTS:
            key = content.partition(b"\0")[0].decode("latin-1")[:40]
            yield f"PNG text {key!r}", _chunk_text(kind, content)
        elif kind not in PIXELS:
            yield f"PNG chunk {kind.decode('latin-1')!r}", content
        if kind == b"IEND":
            break
    yield BEHIND, data[place:]


def _chunk_text(kind: bytes, content: bytes) -> bytes:
    """Return the text of a PNG's text chunk, unpacked."""
    _, _, rest = content.partition(b"\0")
    packed = kind == b"zTXt" or (kind == b"iTXt" and rest[:1] == b"\1")
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        rest = rest[2:].split(b"\0", 2)[-1]
    if not packed:
        return rest
    try:
        return zlib.decompressobj().decompress(rest, UNPACKED)
    except zlib.error:
        return rest


def _jpeg(data: bytes) -> Iterator[tuple[str, bytes]]:
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, size = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in (0xFE, *range(0xE0, 0xF0)):
            yield (
                "JPEG comment" if marker == 0xFE else f"JPEG segment APP{marker - 0xE0}",
                data[place + 4 : place + 2 + size],
            )
        place += 2 + max(size, 2)
        if marker == START_OF_SCAN:
            break
    # Within the picture 0xFF is followed by 0 or by a restart marker: so this is its end.
    end = data.find(bytes([0xFF, END_OF_IMAGE]), place)
    yield BEHIND, data[end + 2 :] if end >= 0 else b""


def encoded_blobs(piece: Piece) -> Iterator[Blob]:
    """Yield what is written in base64, in hexadecimal digits or as a data URI within a piece of text."""
    for match in PLAIN_DATA.finditer(piece.text):
        yield _blob(piece, match.start(), "a data URI", unquote_to_bytes(match[1]))
    for match in HEXADECIMAL.finditer(piece.text):
        yield _blob(piece, match.start(), "hexadecimal digits", bytes.fromhex(match[0]))
    for match in BASE64.finditer(piece.text):
        data = _decoded(match[0])
        if data:
            yield _blob(piece, match.start(), "base64 text", data)


def _decoded(text: str) -> bytes:
    letters = re.sub(r"\\n|\s|=", "", text).translate(TURNED)
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return base64.b64decode(letters[: len(letters) // 4 * 4])


def _blob(piece: Piece, start: int, kind: str, data: bytes) -> Blob:
    line = piece.text.count("\n", 0, start) + 1
    place = f"{kind} in line {line}" if piece.numbered else kind
    return Blob(piece.where.within(place), data)


class _Text(HTMLParser):
    """Collects a page's text; each line stays the line that it is."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag's line ends, and the texts that stand in its attributes."""
        self.parts.append("\n" * (self.get_starttag_text() or "").count("\n"))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        """Keep comments: who looks at the source sees them."""
        self.parts.append(data)


def text_of(page: str) -> str:
    """Return the text that people see of a page or a drawing, and its comments, with the page's own line numbers."""
    reader = _Text()
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)


def is_page(name: str, text: str) -> bool:
    """Whether a text is a web page or a drawing."""
    start = text[:500].lstrip("\ufeff \r\n\t").lower()
    return name.lower().endswith((".html", ".htm", ".svg", ".xml")) or start.startswith(
        ("<!doctype html", "<html", "<svg", "<?xml")
    )
