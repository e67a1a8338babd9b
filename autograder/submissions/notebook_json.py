"""Reads the JSON of a notebook, even when it is damaged: what is left is taken as it stands, nothing is made up.

Outputs are removed before anything is parsed: marking makes them anew, and they are what makes notebooks large.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from autograder.i18n.messages import NOTHING, Message, gettext_noop, say
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected, depth

Content = dict[str, Any]

# In JSON a quote within a text has a backslash before it, so these match keys only, wherever they stand.
OUTPUTS = re.compile(rb'(?<!\\)"outputs"\s*:\s*\[')
# A cell stands in a list. What stands after a colon is nbgrader's metadata, which begins like a cell.
CELL = r'(?:^|[\[\],}])\s*(?P<cell>\{)\s*"(?:attachments|cell_type)"\s*:'
RESUMES = re.compile(rb'(?P<source>(?<!\\)"source"\s*:)|' + CELL.encode())
CELL_START, CELL_BYTES = re.compile(CELL), re.compile(CELL.encode())
AFTER_LIST = re.compile(rb"\s*(?:[,}]|\Z)")
CELLS_START = re.compile(r'(?<!\\)"cells"\s*:\s*\[')
# Possessive quantifiers: what was matched is not tried again, so a file made for it takes no more time than its length.
FLAT = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
STRING = re.compile(r'"((?:[^"\\]|\\.)*+)("?)', re.DOTALL)
HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?$")
CELL_ID = re.compile(r'(?<!\\)"id"\s*:\s*"([\w-]+)"')
CELL_TYPE = re.compile(r'(?<!\\)"cell_type"\s*:\s*"(\w+)"')
METADATA = re.compile(r'(?<!\\)"metadata"\s*:\s*(?=\{)')
SOURCE = re.compile(r'(?<!\\)"(?:source|input)"\s*:\s*(\[?)\s*')
BETWEEN = re.compile(r"[\s,]*")
CONFLICT_MARK = re.compile(r"^(?:<{7}|={7}|>{7})[^\n]*\n?", re.MULTILINE)
MOST_CONFLICTS = 200
# Damage among outputs costs a search through the rest of the file each time.
MOST_BROKEN_OUTPUTS = 5
MOST_BRACKETS = 5_000_000
# What people hand in under a notebook's name, by how such a file begins; upper and lower case are the same.
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
AGAIN = say("save the notebook in Jupyter and hand it in again")


def content_of(name: str, data: bytes, limits: IntakeLimits = LIMITS) -> tuple[Content, list[Message]]:
    """Return the JSON object that a file's bytes hold, without outputs, and sentences on what was repaired.

    Args:
        name: The file's name, as people are told.
        data: The file's bytes, of which nothing is trusted.
        limits: Bounds on its size without outputs, and on its depth.

    Raises:
        Rejected: The file holds no object, or one that is too large or too deeply nested.
    """
    mended: list[Message] = []
    text = _text(name, data, mended, limits)
    content = _whole(text, mended)
    if content is None:
        content = _salvaged(text, mended)
    if content is None:
        kind = other_kind(data)
        raise Rejected(say("{name} is not a Jupyter notebook{kind}: {again}", name=name, kind=kind, again=AGAIN))
    # Later steps walk through it by recursion, nbformat's among them.
    if depth(content) > limits.depth:
        most = limits.depth
        raise Rejected(
            say("{name} is nested more than {depth} levels deep: {again}", name=name, depth=most, again=AGAIN)
        )
    return content, mended


def other_kind(data: bytes) -> Message:
    """Return what kind of file some bytes are, as the end of a sentence that says so; nothing if nobody knows."""
    start = data.lstrip()[:40].lower()
    if not start:
        return say(", it is empty")
    kinds = (Message(what) for begins, what in OTHER_KINDS if start.startswith(begins.lower()))
    return next((say(" but {kind}", kind=kind) for kind in kinds), NOTHING)


def _text(name: str, data: bytes, mended: list[Message], limits: IntakeLimits) -> str:
    """Return a file's text without outputs."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:2] in (b"{\0", b"\0{"):
        # Decoding happens before outputs are removed, so the bound is lower than for UTF-8.
        if len(data) > 2 * limits.notebook:
            raise Rejected(say("{name} is in UTF-16 and too large to be read so: {again}", name=name, again=AGAIN))
        order = "utf-16-be" if data.startswith((b"\xfe\xff", b"\0")) else "utf-16-le"
        data = data.decode(order, "replace").lstrip("\ufeff").encode("utf-8", "replace")
        mended.append(say("The file was in UTF-16; it was read as that. Save it as UTF-8, as Jupyter does."))
    elif data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        mended.append(
            say("A byte-order mark stood before the notebook; it was left out. Save the notebook with Jupyter.")
        )
    lean, broken = without_outputs(name, data, limits)
    if broken:
        mended.append(
            say(
                "The outputs of {broken} cells are damaged; all that could be read besides was. Hand in the file "
                "that Jupyter saves, unchanged.",
                broken=broken,
            )
        )
    # Counted as bytes, because objects take many times the memory of the text.
    if lean.count(b"{") + lean.count(b"[") > limits.values:
        raise Rejected(say("{name} holds too many values to be read: {again}", name=name, again=AGAIN))
    try:
        return lean.decode("utf-8")
    except UnicodeDecodeError:
        if lean.lstrip()[:1] == b"{":
            mended.append(
                say("Some bytes are no text in UTF-8; they were read as Windows-1252. Save the file as UTF-8.")
            )
        return lean.decode("cp1252", "replace")


def without_outputs(name: str, data: bytes, limits: IntakeLimits = LIMITS) -> tuple[bytes, int]:
    """Return a notebook's bytes with empty lists of outputs, and how many of these lists are damaged.

    Nothing is parsed.

    Raises:
        Rejected: There is too much in the lists.
    """
    view, place, broken, brackets = memoryview(data), 0, 0, 0
    kept: list[bytes | memoryview] = []
    while broken < MOST_BROKEN_OUTPUTS and (found := OUTPUTS.search(data, place)):
        kept += [view[place : found.end()], b"]"]
        place, steps = _end_of_list(data, found.end())
        brackets += steps
        if brackets > MOST_BRACKETS:
            raise Rejected(
                say("{name} holds too many values to be read: clear its outputs, {again}", name=name, again=AGAIN)
            )
        if place < 0 or not _list_of_outputs(data, found.end(), place):
            broken += 1
            resumes = RESUMES.search(data, found.end())
            place = resumes.start(resumes.lastgroup or 0) if resumes else len(data)
            if resumes and resumes["source"]:
                kept.append(b",")
    kept.append(view[place:])
    if sum(map(len, kept)) > limits.notebook:
        raise Rejected(
            say(
                "{name} has more than {notebook:,} bytes besides its outputs: copy your code into a fresh notebook "
                "and hand that in",
                name=name,
                notebook=limits.notebook,
            )
        )
    return b"".join(kept), broken


def _list_of_outputs(data: bytes, start: int, end: int) -> bool:
    """Return whether a list ends as one in a cell does, and no cell begins in it: else a quote or bracket lacks."""
    behind = AFTER_LIST.match(data, end) is not None
    return behind and not (data.find(b'"cell_type"', start, end) >= 0 and CELL_BYTES.search(data, start, end))


def _end_of_list(data: bytes, place: int) -> tuple[int, int]:
    """Return where the list around ``place`` ends, -1 when it doesn't, and how many brackets were passed."""
    level = brackets = 1
    while level and brackets <= MOST_BRACKETS:
        flat = FLAT.match(data, place)
        place = flat.end() if flat else place
        match data[place : place + 1]:
            case b"[" | b"{":
                level += 1
            case b"]" | b"}":
                level -= 1
            case _:
                return -1, brackets
        place, brackets = place + 1, brackets + 1
    return place, brackets


class _Decoder(json.JSONDecoder):
    """Accepts what Jupyter would never write but can be understood: numbers that JSON lacks, raw line ends, two keys.

    Attributes:
        seen: Sentences on what of this was met.
    """

    def __init__(self) -> None:
        # Python's own decoder takes all of these with the right hooks; a decoder of our own would take far longer.
        super().__init__(
            strict=False, parse_constant=self._constant, parse_float=_finite, object_pairs_hook=self._object
        )
        self.seen: set[Message] = set()

    def _constant(self, name: str) -> None:
        self.seen.add(say("{name} is no number in JSON; it was left out.", name=name))

    def _object(self, pairs: list[tuple[str, Any]]) -> Content:
        made = dict(pairs)
        if len(made) < len(pairs):
            self.seen.add(say("A key stood twice in one place; the last one counts. Save the notebook with Jupyter."))
        return made


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _whole(text: str, mended: list[Message]) -> Content | None:
    """Return the object that a text holds, whatever stands before and after it; None when it is damaged itself."""
    start = text.find("{")
    decoder = _Decoder()
    try:
        content, end = decoder.raw_decode(text, max(start, 0))
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not {"cells", "worksheets"} & set(content):
        return None
    mended += sorted(decoder.seen, key=str)
    if text[:start].strip() or text[end:].strip("\0 \t\r\n"):
        mended.append(
            say(
                "Something stood before or behind the notebook in its file; it was left out. "
                "Hand in the file that Jupyter saves, unchanged."
            )
        )
    return content


def _salvaged(text: str, mended: list[Message]) -> Content | None:
    """Return the cells that can still be read in a damaged text, as a notebook; None when there are none."""
    # Conflicts first: between the marks, both versions are whole, and taking one side may leave nothing damaged.
    if 0 < text.count("\n<<<<<<<") <= MOST_CONFLICTS:
        text, found = _first_sides(text)
        if found:
            mended.append(
                say(
                    "Git had left {found} unresolved merge conflicts in the file; the first side of each was taken. "
                    "Resolve conflicts before you hand in.",
                    found=found,
                )
            )
            content = _whole(text, mended)
            if content is not None:
                return content
    begins = CELLS_START.search(text) or CELL_START.search(text)
    if begins is None:
        return None
    cells, damaged = _cells(text, begins.start("cell") if begins.re is CELL_START else begins.end())
    if not cells:
        return None
    where = say(", cell {numbers} as far as it goes", numbers=damaged) if damaged else ""
    mended.append(
        say(
            "The file is damaged or breaks off; {count} cells could be read{where}. Wait until Jupyter has saved, "
            "open the file again to see that it is whole, and hand in that.",
            count=len(cells),
            where=where,
        )
    )
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _first_sides(text: str) -> tuple[str, int]:
    """Return a text with the first side of each conflict that Git left in it, and how many conflicts there are."""
    kept: list[str] = []
    found = place = 0
    marks: list[re.Match[str]] = []
    for line in CONFLICT_MARK.finditer(text):
        if line[0][0] != "<=>"[len(marks)]:
            continue
        marks.append(line)
        if len(marks) == len("<=>"):
            begins, middle, ends = marks
            kept += [text[place : begins.start()], text[begins.end() : middle.start()]]
            found, place, marks = found + 1, ends.end(), []
    return "".join([*kept, text[place:]]), found


def _cells(text: str, place: int) -> tuple[list[Content], list[int]]:
    """Return all cells that can be read from ``place`` on, and the numbers of those that are damaged."""
    cells: list[Content] = []
    damaged: list[int] = []
    decoder = _Decoder()
    while True:
        place = _after(BETWEEN, text, place)
        try:
            cell, place = decoder.raw_decode(text, place)
            if isinstance(cell, dict):
                cells.append(cell)
            continue
        except (ValueError, RecursionError):
            following = CELL_START.search(text, place)
            if following is not None and following.start("cell") <= place:
                following = CELL_START.search(text, place + 1)
        end = following.start("cell") if following else len(text)
        # Up to where the next cell begins: damage in one cell costs that cell only.
        fragment = _fragment(text[place:end])
        if fragment is not None:
            cells.append(fragment)
            damaged.append(len(cells))
        if following is None:
            return cells, damaged
        place = end


def _fragment(piece: str) -> Content | None:
    """Return what can be read of a damaged cell; None when that is nothing."""
    # Its code above all: strings are read one by one until one is cut off.
    source = SOURCE.search(piece)
    if source is None:
        return None
    lines = []
    place = source.end()
    while (string := STRING.match(piece, place)) is not None:
        lines.append(_unescaped(string[1]))
        place = _after(BETWEEN, piece, string.end())
        if not source[1] or not string[2]:
            break
    kind, identity, metadata = (pattern.search(piece) for pattern in (CELL_TYPE, CELL_ID, METADATA))
    cell: Content = {"cell_type": kind[1] if kind else "code", "source": lines, "metadata": {}}
    if identity is not None:
        cell["id"] = identity[1]
    if metadata is not None:
        try:
            cell["metadata"] = _Decoder().raw_decode(piece, metadata.end())[0]
        except (ValueError, RecursionError):
            return cell  # the code is what matters; cells are told by it too
    return cell if lines else None


def _unescaped(inner: str) -> str:
    """Return the text of a JSON string, which may be cut off within an escape."""
    try:
        text: str = json.loads(f'"{HALF_ESCAPE.sub("", inner)}"', strict=False)
    except ValueError:
        return inner
    return text


def _after(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
