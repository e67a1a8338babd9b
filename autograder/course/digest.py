"""Digests over several parts, which no other parts have: each part tells how long it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def framed(parts: Iterable[bytes]) -> bytes:
    """Return parts as netstrings, one behind the other: from these bytes the parts can be had back."""
    return b"".join(b"%d:%b," % (len(part), part) for part in parts)


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of several parts, in hexadecimal digits."""
    return hashlib.sha256(framed(parts)).hexdigest()
