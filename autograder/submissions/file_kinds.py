"""Recognises what else people hand in under a notebook's name."""

from __future__ import annotations

from autograder.i18n.messages import Message, gettext_noop, say

# How a file of the kind begins, in lower case as the start is compared.
OTHER_KINDS = (
    (b"%PDF", gettext_noop("a PDF")),
    (b"<!doctype html", gettext_noop("a web page")),
    (b"<html", gettext_noop("a web page")),
    (b"version https://git-lfs", gettext_noop("only a pointer to a file that Git LFS keeps")),
    (b"\x89png", gettext_noop("a picture")),
    (b"\x1f\x8b", gettext_noop("a packed file")),
    (b"rar!", gettext_noop("a packed file")),
    (b"7z\xbc\xaf", gettext_noop("a packed file")),
    (b"import ", gettext_noop("a Python program")),
    (b"from ", gettext_noop("a Python program")),
    (b"#", gettext_noop("a program or plain text")),
)


def other_kind(data: bytes) -> str:
    """Return what kind of file some bytes are, as the end of a sentence that says so; nothing if nobody knows."""
    start = data.lstrip()[:40].lower()
    if not start:
        return say(", it is empty")
    kinds = (Message(what) for begins, what in OTHER_KINDS if start.startswith(begins.lower()))
    return next((say(" but {kind}", kind=kind) for kind in kinds), "")
