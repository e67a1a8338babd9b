"""Computes digests over several parts. Each part states its length, so that no other parts have the same digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def framed(parts: Iterable[bytes]) -> bytes:
    """Return parts as netstrings, one after the other, from which the parts can be recovered."""
    return b"".join(b"%d:%b," % (len(part), part) for part in parts)


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of several parts, in hexadecimal digits."""
    return hashlib.sha256(framed(parts)).hexdigest()
