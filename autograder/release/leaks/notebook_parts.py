"""Takes a notebook apart: the texts of its cells, their outputs, metadata and attachments."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from autograder.release.leaks.findings import Blob, Leak, Piece, Where, named_cell

Raw = dict[str, Any]
Found = Leak | Piece | Blob

CLEAR = "Clear all outputs (Kernel → Restart Kernel and Clear Outputs) and save."
REMOVE = "Remove it (in JupyterLab: the gear at the right, Advanced Tools)."
SHOW = "Show it in the cell's text, or remove it."
LONGEST = 80

# What may stand in a cell's metadata, and of which type it then is. Unformatted: as text, the keys fit on one screen.
CELL_KEYS: dict[str, tuple[type, ...]] = {
    "nbgrader": (dict,), "tags": (list,), "collapsed": (bool,), "scrolled": (bool, str), "editable": (bool,),
    "deletable": (bool,), "trusted": (bool,), "jupyter": (dict,), "slideshow": (dict,), "format": (str,),
    "name": (str,), "lang": (str,), "id": (str,), "hidden": (bool,),
}  # fmt: skip
# Unformatted, as above.
NBGRADER_KEYS: dict[str, tuple[type, ...]] = {
    "grade": (bool,), "grade_id": (str,), "locked": (bool,), "points": (int, float), "schema_version": (int,),
    "solution": (bool,), "task": (bool,), "cell_type": (str,), "checksum": (str,), "remove": (bool,),
}  # fmt: skip
NOTEBOOK_KEYS = frozenset(
    {"kernelspec", "language_info", "language", "autograder", "title", "authors", "toc", "colab", "orig_nbformat"}
)


def notebook_parts(where: Where, content: Raw) -> Iterator[Found]:
    """Yield the texts in a notebook's JSON, the bytes, and the leaks that are told by their place alone."""
    metadata = _object(content.get("metadata"))
    for key in metadata.keys() - NOTEBOOK_KEYS:
        yield Leak(where.within("metadata"), "metadata of the notebook that does not belong there", key, REMOVE)
    yield from _texts(where.within("metadata"), metadata)
    for key in content.keys() - {"cells", "worksheets", "metadata", "nbformat", "nbformat_minor"}:
        yield Leak(where, "something in the notebook that is no part of one", key, REMOVE)
        yield from _texts(where.within(key), content[key])
    for number, cell in enumerate(_cells(content), 1):
        meta = _object(_object(cell.get("metadata")).get("nbgrader"))
        place = Where(where.file, named_cell(_name(meta) or _text(cell.get("id")) or None, number), where.part)
        yield from _cell_parts(place, cell)


def _cells(content: Raw) -> Iterator[Raw]:
    lists = [content.get("cells"), *(_object(sheet).get("cells") for sheet in _list(content.get("worksheets")))]
    for cells in lists:
        yield from (cell for cell in _list(cells) if isinstance(cell, dict))


def _name(meta: Raw) -> str:
    return _text(meta.get("grade_id"))


def _cell_parts(where: Where, cell: Raw) -> Iterator[Found]:
    source = _text(cell.get("source", cell.get("input")))
    yield Piece(where, source, code=cell.get("cell_type") == "code")
    outputs = _list(cell.get("outputs"))
    if outputs:
        yield Leak(where, "outputs", _shown(outputs[0]), CLEAR)
        yield from _outputs(where, outputs)
    if cell.get("execution_count", cell.get("prompt_number")) is not None:
        yield Leak(where, "an execution count", str(cell.get("execution_count", cell.get("prompt_number"))), CLEAR)
    yield from _metadata(where.within("metadata"), _object(cell.get("metadata")))
    yield from _attachments(where, _object(cell.get("attachments")), source)
    known = {
        "cell_type", "source", "input", "outputs", "execution_count", "prompt_number", "metadata", "attachments",
        "id",
    }  # fmt: skip
    for key in cell.keys() - known - {"language", "collapsed", "level"}:
        yield Leak(where, "something in the cell that is no part of one", key, REMOVE)
        yield from _texts(where.within(key), cell[key])


def _metadata(where: Where, metadata: Raw) -> Iterator[Found]:
    for key, value in metadata.items():
        if key not in CELL_KEYS or not isinstance(value, CELL_KEYS[key]) or not _small(key, value):
            yield Leak(where, "metadata that does not belong there", f"{key}: {_shown(value)}", REMOVE)
    for key, value in _object(metadata.get("nbgrader")).items():
        if key not in NBGRADER_KEYS or not isinstance(value, NBGRADER_KEYS[key]):
            yield Leak(
                where.within("nbgrader"), "metadata that does not belong there", f"{key}: {_shown(value)}", REMOVE
            )
    yield from _texts(where, metadata)


def _small(key: str, value: object) -> bool:
    """Whether a value is a label, a switch, or a few of them, and so too small for an answer."""
    if key == "nbgrader":
        return True
    if isinstance(value, str):
        return len(value) <= LONGEST and "\n" not in value
    if isinstance(value, list):
        return all(isinstance(item, str) and " " not in item.strip() and _small("", item) for item in value)
    if isinstance(value, dict):
        return all(
            isinstance(item, bool | int | float) or (isinstance(item, str) and _small("", item))
            for item in value.values()
        )
    return True


def _attachments(where: Where, attachments: Raw, source: str) -> Iterator[Found]:
    for name, bundle in attachments.items():
        place = where.within(f"attachment {name!r}")
        if f"attachment:{name}" not in source:
            yield Leak(place, "an attachment that the cell does not show", "", SHOW)
        for kind, value in _object(bundle).items():
            if not kind.startswith("image/"):
                yield Leak(place, "an attachment that is no picture", kind, "Remove it, or put it beside the notebook.")
            yield from _valued(place, kind, value)


def _outputs(where: Where, outputs: list[Any]) -> Iterator[Found]:
    for number, output in enumerate(outputs, 1):
        place = where.within(f"output {number}")
        for kind, value in _object(_object(output).get("data")).items():
            yield from _valued(place, kind, value)
        yield from _texts(place, {key: value for key, value in _object(output).items() if key != "data"})


def _valued(where: Where, kind: str, value: object) -> Iterator[Found]:
    """Yield the content of a MIME bundle's entry: bytes in base64, a text, or a JSON value."""
    text = _text(value)
    if kind.startswith(("image/", "application/pdf", "audio/", "video/", "application/octet", "application/zip")):
        with contextlib.suppress(binascii.Error, ValueError):  # not base64: the text is looked at
            yield Blob(where, base64.b64decode(text, validate=False))
    yield Blob(where, text.encode("utf-8", "replace"), "page.html" if "html" in kind or "svg" in kind else "")
    if not isinstance(value, str | list):
        yield from _texts(where, value)


def _texts(where: Where, value: object) -> Iterator[Piece]:
    """Yield the texts in a JSON value, keys among them."""
    waiting: list[object] = [value]
    found: list[str] = []
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found += [key for key in item if isinstance(key, str)]
            waiting += item.values()
        elif isinstance(item, list):
            if item and all(isinstance(line, str) for line in item):
                found.append("".join(item) + "\n" + "\n".join(item))
            waiting += item
        elif isinstance(item, str):
            found.append(item)
    if found:
        yield Piece(where, "\n".join(found), numbered=False)


def _object(value: object) -> Raw:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:200]
