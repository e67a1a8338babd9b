"""Finds what is written in base 64, in hexadecimal digits, or as the address of data, within a piece of text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from autograder.release.leaks.piece import Blob, Piece

# Shorter ones hold no statement.
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}(?:\\n|\s)*(?:[A-Za-z0-9+/_-]{16,}(?:\\n|\s)*)*[A-Za-z0-9+/_-]{0,76}={0,2}")
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2}){24,}")
PLAIN_DATA = re.compile(r"data:[\w/+.-]*(?:;[\w=-]+)*,([^\"\s]+)")
TURNED = str.maketrans("-_", "+/")


def encoded_blobs(piece: Piece) -> Iterator[Blob]:
    """Yield what is encoded in a piece of text."""
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
