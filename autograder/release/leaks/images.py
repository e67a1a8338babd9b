"""What a picture's file holds besides the picture: text chunks, EXIF, comments, and bytes behind its end."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from autograder.release.leaks.leak import Leak
from autograder.release.leaks.piece import Blob

PNG, JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
PIXELS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT", b"tIME"}
)
TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
# A comment that unpacks to more than this is none.
UNPACKED = 4_000_000
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
BEHIND = "behind the picture"
SAVE = "Save the picture anew, for example with a screenshot: what is not the picture does not belong into its file."


def is_image(data: bytes) -> bool:
    """Whether bytes begin as a picture does that is looked into."""
    return data.startswith((PNG, JPEG))


def image_parts(blob: Blob) -> Iterator[Leak | Blob]:
    """Yield what a picture's file holds besides the picture, and a leak for bytes behind its end."""
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
