"""Recognises what else people hand in under a notebook's name."""

from __future__ import annotations

from autograder.i18n.messages import Message, mark, say

# How a file of the kind begins, in lower case as the start is compared.
OTHER_KINDS = (
    (b"%PDF", mark("a PDF")),
    (b"<!doctype html", mark("a web page")),
    (b"<html", mark("a web page")),
    (b"version https://git-lfs", mark("only a pointer to a file that Git LFS keeps")),
    (b"\x89png", mark("a picture")),
    (b"\x1f\x8b", mark("a packed file")),
    (b"rar!", mark("a packed file")),
    (b"7z\xbc\xaf", mark("a packed file")),
    (b"import ", mark("a Python program")),
    (b"from ", mark("a Python program")),
    (b"#", mark("a program or plain text")),
)


def other_kind(data: bytes) -> str:
    """Return what kind of file some bytes are, as the end of a sentence that says so; nothing if nobody knows."""
    start = data.lstrip()[:40].lower()
    if not start:
        return say(", it is empty")
    kinds = (Message(what) for begins, what in OTHER_KINDS if start.startswith(begins.lower()))
    return next((say(" but {kind}", kind=kind) for kind in kinds), "")
