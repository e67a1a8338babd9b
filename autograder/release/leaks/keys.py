"""What opens something: the course's salt, private keys and tokens."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from autograder.release.leaks.leak import Leak
from autograder.release.leaks.piece import Piece
from autograder.release.leaks.withheld import Withheld

CHANGE_SALT = "Take it out; if it was ever published, choose a new salt (docs/operator.md) before you mark."
REVOKE = "Take it out; if it was ever published, revoke it where it was issued."
KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}\b|\bAKIA[0-9A-Z]{16}\b"
    r"|\bglpat-[\w-]{20}\b|\bsk-[A-Za-z0-9_-]{32,}\b"
)


def key_leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield secrets; what is said of them does not show them."""
    spellings = _spellings(withheld.salt) if withheld.salt else []
    for number, line in enumerate(piece.text.split("\n"), 1):
        if any(spelling in line for spelling in spellings):
            yield Leak(piece.at(number), "the course's salt", "", CHANGE_SALT)
        for match in KEYS.finditer(line):
            yield Leak(piece.at(number), "a key or a token", match[0][:8] + "…", REVOKE)


def _spellings(salt: str) -> list[str]:
    data = salt.encode()
    return [salt, data.hex(), base64.b64encode(data).decode().rstrip("=")]
