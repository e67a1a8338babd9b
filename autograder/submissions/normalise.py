"""Brings a notebook's JSON into the shape of nbformat 4.5, from whichever format and however incomplete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import nbformat

from autograder.i18n.messages import Message, say
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.definitions import compiles

Raw = dict[str, Any]
CURRENT = 4
ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
TEXT_TYPES = ("markdown", "raw")


class Shape:
    """Makes one notebook.

    Args:
        name: The file's name, for messages.
        content: The object that its JSON holds.
        limits: How many cells it may have, and how long they may be.

    Attributes:
        mended: Sentences on what was not as it has to be.

    Raises:
        Rejected: The content is no notebook, or too large.
    """

    def __init__(self, name: str, content: Raw, limits: IntakeLimits = LIMITS) -> None:
        self._content = content
        self.mended: list[Message] = []
        self._ids: set[str] = set()
        self._new_ids = self._odd = self._returns = 0
        raw = self._raw_cells(name)
        self._has_ids = any("id" in cell for cell in raw)
        if len(raw) > limits.cells or any(len(source_of(cell)) > limits.source for cell in raw):
            raise Rejected(
                say(
                    "{name} has more than {cells} cells, or a cell of more than {source:,} characters: copy your "
                    "code into a fresh notebook and hand that in",
                    name=name,
                    cells=limits.cells,
                    source=limits.source,
                )
            )
        if sum(len(source_of(cell)) for cell in raw if cell.get("cell_type") not in TEXT_TYPES) > limits.code:
            raise Rejected(
                say(
                    "{name} has more than {code:,} characters of code: take out what is no code, such as data, and "
                    "hand it in again",
                    name=name,
                    code=limits.code,
                )
            )
        if sum(len(source_of(cell)) for cell in raw if cell.get("cell_type") in TEXT_TYPES) > limits.text:
            raise Rejected(
                say(
                    "{name} has more than {text:,} characters of text: take out what was not asked for, and hand it in "
                    "again",
                    name=name,
                    text=limits.text,
                )
            )
        cells = [self._cell(cell, number) for number, cell in enumerate(raw, 1)]
        self.notebook = nbformat.v4.new_notebook(cells=cells, metadata={})
        self._tell()

    def _raw_cells(self, name: str) -> list[Raw]:
        """Return the cells as they are."""
        found = self._content.get("cells")
        # Format 3 of IPython 2 and earlier; nbformat's own converter fails on what is incomplete.
        if found is None and isinstance(self._content.get("worksheets"), list):
            sheets = [sheet for sheet in self._content["worksheets"] if isinstance(sheet, dict)]
            found = [cell for sheet in sheets for cell in _list(sheet.get("cells"))]
        if not isinstance(found, list):
            raise Rejected(
                say(
                    "{name} is not a Jupyter notebook: it has no cells; save the notebook in Jupyter and hand it in "
                    "again",
                    name=name,
                )
            )
        cells = [cell for cell in found if isinstance(cell, dict)]
        self._odd += len(found) - len(cells)
        return cells

    def _cell(self, raw: Raw, number: int) -> nbformat.NotebookNode:
        source = source_of(raw)
        if "\r" in source:
            self._returns += 1
            source = source.replace("\r\n", "\n").replace("\r", "\n")
        kind = raw.get("cell_type")
        if kind == "heading":
            source = "#" * (raw["level"] if raw.get("level") in range(1, 7) else 1) + " " + source
        metadata = raw.get("metadata")
        known = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        cell: nbformat.NotebookNode = nbformat.from_dict(
            {
                "cell_type": self._kind(kind, source),
                "id": self._id(raw.get("id"), number),
                # What else is told of a cell matters to its author's editor only.
                "metadata": {"nbgrader": known} if isinstance(known, dict) else {},
                "source": source,
            }
        )
        if cell.cell_type == "code":
            # Marking makes outputs anew, and a student's outputs could pose as marks.
            cell.outputs, cell.execution_count = [], None
        elif cell.cell_type == "markdown" and _attachments(raw.get("attachments")):
            cell["attachments"] = nbformat.from_dict(raw["attachments"])
        return cell

    def _kind(self, kind: object, source: str) -> str:
        """Return code, markdown or raw; a type that Jupyter doesn't know is code when it can be."""
        if kind == "code" or (isinstance(kind, str) and kind in TEXT_TYPES):
            return kind
        if kind in ("heading", "html"):  # of format 3
            return "markdown"
        self._odd += 1
        return "code" if source.strip() and compiles(source) else "markdown"

    def _id(self, found: object, number: int) -> str:
        # Ids that are right stay, so that a notebook which needs no repair stays as it is.
        if isinstance(found, str) and ID.fullmatch(found) and found not in self._ids:
            made = found
        else:
            made = next(candidate for candidate in _candidates(number) if candidate not in self._ids)
            self._new_ids += 1
        self._ids.add(made)
        return made

    def _tell(self) -> None:
        """Say what was mended."""
        version = self._content.get("nbformat")
        if version != CURRENT:
            self.mended.append(
                say(
                    "The notebook's format is {version}, not {current}; its cells were read all the same. Save it "
                    "with a current Jupyter.",
                    version=fit(str(version)[:20]),
                    current=CURRENT,
                )
            )
        if self._has_ids and self._new_ids:
            self.mended.append(
                say(
                    "{new_ids} cells had no id, a broken one or that of another cell; they were given new ones. "
                    "Make cells in Jupyter, not with a text editor.",
                    new_ids=self._new_ids,
                )
            )
        if self._odd:
            self.mended.append(
                say(
                    "{odd} cells were of no type that Jupyter knows; they were read as code where they are that, "
                    "else as text. Make cells in Jupyter.",
                    odd=self._odd,
                )
            )
        if self._returns:
            self.mended.append(
                say(
                    "{returns} cells had line ends of another system; they were changed. Nothing to do.",
                    returns=self._returns,
                )
            )
        language = self._language()
        if language is not None and "python" not in language.lower():
            self.mended.append(
                say(
                    "The notebook was saved for the language {language!r}; its code cells were run with Python. "
                    "Choose a Python kernel in Jupyter.",
                    language=language,
                )
            )

    def _language(self) -> str | None:
        metadata = self._content.get("metadata")
        for part, key in (("language_info", "name"), ("kernelspec", "language")):
            value = metadata.get(part) if isinstance(metadata, dict) else None
            if isinstance(value, dict) and isinstance(value.get(key), str):
                return fit(value[key][:40])
        return None


def source_of(raw: Raw) -> str:
    """Return a cell's text, in whichever form it is written."""
    source = raw.get("source", raw.get("input"))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return fit(source) if isinstance(source, str) else ""


def fit(text: str) -> str:
    """Return text that can be written to a file: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _attachments(value: object) -> bool:
    """Return whether a cell's attachments have nbformat's form, with data in base 64."""
    return isinstance(value, dict) and all(
        fit(name) == name
        and isinstance(bundle, dict)
        and all(isinstance(text, str) and text.isascii() and fit(kind) == kind for kind, text in bundle.items())
        for name, bundle in value.items()
    )


def _candidates(number: int) -> Iterator[str]:
    """Yield ids for a cell; not random ones, so that marking a submission twice gives the same notebook."""
    yield f"cell-{number}"
    attempt = 1
    while True:
        attempt += 1
        yield f"cell-{number}-{attempt}"
