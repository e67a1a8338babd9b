"""Opens each file as what it is, and compares all texts in it with what is withheld."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from autograder.release.leaks.containers import (
    SEALED,
    Unopened,
    UnpackBudget,
    encoded_blobs,
    image_parts,
    is_image,
    is_page,
    is_readable_archive,
    members,
    text_of,
)
from autograder.release.leaks.file_rule import file_leaks
from autograder.release.leaks.findings import Blob, Findings, Leak, Piece, Where
from autograder.release.leaks.notebook_parts import notebook_parts
from autograder.release.leaks.text_rules import text_leaks
from autograder.release.leaks.withheld import Withheld
from autograder.submissions.checks import LIMITS, IntakeLimits, depth

CODE = (".py", ".pyi", ".pyw")
PDF = b"%PDF"
PRINTABLE = re.compile(rb"[\x20-\x7e\n\t]{8,}")
# UTF-16, in which Windows writes comments into the EXIF data of pictures.
WIDE = re.compile(rb"(?:[\x20-\x7e\n\t]\0){8,}")
# Levels of nesting: the text of a picture that is base64 in a cell of a notebook in an archive is three.
DEEPEST = 5
# Characters; no file of an assignment has more text.
LONGEST = 2_000_000


class Scan:
    """Looks through the files of one folder.

    Args:
        withheld: What must not be in them.
        published: Whether they were published, perhaps in archives; else archives have no place there.
        limits: The limits on what is unpacked.

    Attributes:
        findings: The leaks and notes so far.
        notebooks: The JSON of the notebooks among the files, by their paths.
        modules: The texts of the Python files, by their paths.
    """

    def __init__(self, withheld: Withheld, *, published: bool = False, limits: IntakeLimits = LIMITS) -> None:
        self._withheld, self._published = withheld, published
        self._budget = UnpackBudget(limits)
        self._limits = limits
        self.findings = Findings()
        self.notebooks: dict[str, dict[str, Any]] = {}
        self.modules: dict[str, str] = {}

    def file(self, name: str, data: bytes) -> None:
        """Look through the file with a path below the folder."""
        self.findings.files += 1
        where = Where(name)
        self.findings.add(file_leaks(where, name, data, published=self._published))
        self._blob(Blob(where, data, name), 0, 0)

    def _blob(self, blob: Blob, level: int, packed: int) -> None:
        if level > DEEPEST:
            self.findings.notes.append(f"{blob.where}: not looked into: too deep")
            return
        packs = is_readable_archive(blob.data) and not is_image(blob.data)
        try:
            for found in self._opened(blob, packed):
                match found:
                    case Leak():
                        self.findings.add([found])
                    case Piece():
                        self._piece(found, level, packed)
                    case Blob():
                        if packs:
                            self.findings.add(file_leaks(found.where, found.name, found.data, published=True))
                        self._blob(found, level + 1, packed + packs)
        except Unopened as fault:
            self.findings.notes.append(f"{blob.where}: not looked into: {fault}")

    def _piece(self, piece: Piece, level: int, packed: int) -> None:
        if len(piece.text) > LONGEST:
            self.findings.notes.append(f"{piece.where}: not looked into beyond its first {LONGEST:,} characters")
            piece = replace(piece, text=piece.text[:LONGEST])
        self.findings.add(text_leaks(piece, self._withheld))
        for blob in encoded_blobs(piece):
            self._blob(blob, level + 1, packed)

    def _opened(self, blob: Blob, packed: int) -> Iterable[Leak | Piece | Blob]:
        """Return the parts of some bytes, opened as what they are."""
        data = blob.data
        openers: list[tuple[bool, Callable[[], Iterable[Leak | Piece | Blob]]]] = [
            (is_image(data), lambda: image_parts(blob)),
            (is_readable_archive(data), lambda: members(blob, self._budget, packed)),
            (data.startswith(PDF), lambda: self._unread(blob, "a PDF")),
            (data.startswith(SEALED), lambda: self._unread(blob, "an archive of a kind that is not opened")),
        ]
        for fits, opened in openers:
            if fits:
                return opened()
        text = _decoded(data)
        return self._binary(blob) if text is None else self._text(blob, text)

    def _text(self, blob: Blob, text: str) -> Iterator[Leak | Piece | Blob]:
        content = self._notebook(text)
        if content is not None:
            if not blob.where.part:
                self.notebooks[blob.where.file] = content
            yield from notebook_parts(blob.where, content)
            return
        code = blob.name.lower().endswith(CODE)
        if code and not blob.where.part:
            self.modules[blob.where.file] = text
        if is_page(blob.name, text):
            yield Piece(blob.where, text_of(text[:LONGEST]))
        yield Piece(blob.where, text, code=code, numbered=bool(blob.name))

    def _notebook(self, text: str) -> dict[str, Any] | None:
        """Return the JSON of a notebook; None when a text is no notebook."""
        if not text.lstrip().startswith("{") or not re.search(r'"(?:cells|worksheets)"\s*:', text):
            return None
        try:
            content = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            return None
        return content if isinstance(content, dict) and depth(content) <= self._limits.depth else None

    def _binary(self, blob: Blob) -> Iterator[Piece]:
        """Yield the printable texts among other bytes."""
        data = blob.data[:LONGEST]
        found = b"\n".join([*PRINTABLE.findall(data), *(text[::2] for text in WIDE.findall(data))])
        if blob.name:
            yield from self._unread(blob, "no text: only what can be read in it as it stands was looked at")
        yield Piece(blob.where, found.decode("ascii"), numbered=False)

    def _unread(self, blob: Blob, why: str) -> Iterator[Piece]:
        self.findings.notes.append(f"{blob.where}: not looked into: {why}")
        yield from ()


def _decoded(data: bytes) -> str | None:
    """Return bytes as text; None when they are no text."""
    if len(data) > LIMITS.notebook:
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")
