"""Collects what one cell shows: kernel messages become outputs of the cell, within limits.

Student code can send what it likes, so any part of a message may be anything. Parts that are not in the form that
Jupyter describes are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import nbformat

from autograder.course.limits import OutputLimits

# A progress bar's widget shows nothing once its kernel has gone.
WIDGET = "application/vnd.jupyter.widget-view+json"
STREAMS = ("stdout", "stderr")
SIZES = ("width", "height")
NAME_MAX = 200
MIMES_MAX = 20
SAME_NAME_MAX = 20
TRACEBACK_LINES = 200


def output_of(kind: str, **fields: Any) -> nbformat.NotebookNode:
    """Return an output as nbformat makes it.

    nbformat would check it against its schema; here all fields have been checked already.
    """
    output: nbformat.NotebookNode = nbformat.from_dict({"output_type": kind, **fields})
    return output


def size_of(output: nbformat.NotebookNode) -> int:
    """Return about how many bytes an output takes."""
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    return sum(map(len, texts)) + sum(map(len, output.get("data", {}).values()))


def held(notebook: nbformat.NotebookNode) -> int:
    """Return about how many bytes the outputs of a notebook take."""
    return sum(size_of(output) for cell in notebook.cells for output in cell.get("outputs", []))


def storable(text: str) -> str:
    """Return text that can be written to a file: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def overwritten(text: str) -> str:
    """Return text as a terminal shows it, which writes over a line after a carriage return (progress bars do that)."""
    # Almost no text has one, and looking takes far less than splitting.
    if "\r" not in text:
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line[line.rstrip("\r").rfind("\r") + 1 :] for line in lines)


def bundle(data: Any) -> dict[str, str]:
    """Return the texts of what is displayed, by MIME type; data that is no text (a widget's) is left out."""
    if not isinstance(data, dict) or WIDGET in data or len(data) > MIMES_MAX:
        return {}
    return {
        storable(mime): storable(text)
        for mime, text in data.items()
        if isinstance(text, str) and isinstance(mime, str) and len(mime) <= NAME_MAX
    }


def image_sizes(metadata: Any) -> dict[str, dict[str, int]]:
    """Return the sizes that a picture is shown with, in pixels; all other metadata is left out."""
    if not isinstance(metadata, dict):
        return {}
    found: dict[str, dict[str, int]] = {}
    for mime in ("image/png", "image/jpeg"):
        given = metadata.get(mime)
        if isinstance(given, dict):
            # Exact type: True is an int, and would be written as a size.
            sizes = {name: given[name] for name in SIZES if type(given.get(name)) is int and 0 < given[name] < 10_000}
            found.update({mime: sizes} if sizes else {})
    return found


def count_of(content: dict[str, Any]) -> int | None:
    """Return the execution number that a message names, None when it is none that Jupyter would give."""
    count = content.get("execution_count")
    return count if type(count) is int and 0 < count < 1 << 31 else None


class CellOutputs:
    """Fills the outputs of one cell.

    Args:
        cell: The cell; what it showed before is removed.
        room: Bytes that the notebook still has room for.
    """

    def __init__(self, cell: nbformat.NotebookNode, limits: OutputLimits, room: int) -> None:
        self._cell, self._limits = cell, limits
        self._room = min(limits.kept, max(room, 0))
        self._takers = {
            "stream": self._stream,
            "display_data": self._display,
            "execute_result": self._display,
            "update_display_data": self._update,
            "error": self._error,
            "clear_output": self._clear,
        }
        self._forget()

    def _forget(self) -> None:
        self._cell.outputs = []
        self._kept = self._printed = 0
        self._full = self._silent = self._clear_next = False
        self._shown: dict[str, list[nbformat.NotebookNode]] = {}

    def take(self, kind: Any, content: Any) -> None:
        """Take in one message that answers the cell's request.

        Args:
            kind: The message's type; other types than those of outputs show nothing.
            content: Whatever the kernel sent; Jupyter asks for a dict.
        """
        if not isinstance(content, dict) or not isinstance(kind, str):
            return
        count = count_of(content)
        if count is not None:
            self._cell.execution_count = count
        taker = self._takers.get(kind)
        if taker is not None:
            taker(kind, content)

    def _append(self, output: nbformat.NotebookNode) -> bool:
        """Add an output and return whether there was room for it."""
        if self._clear_next:
            self._forget()
        size = size_of(output)
        if len(self._cell.outputs) >= self._limits.outputs or self._kept + size > self._room:
            self._leave_out()
            return False
        self._kept += size
        self._cell.outputs.append(output)
        return True

    def _leave_out(self) -> None:
        # Said once: the line itself is an output.
        if not self._full:
            self._full = True
            text = f"[More is not kept: a cell keeps {self._limits.outputs} outputs and {self._room:,} bytes here.]\n"
            self._cell.outputs.append(output_of("stream", name="stderr", text=text))

    def _stream(self, _kind: str, content: dict[str, Any]) -> None:
        name, text = content.get("name"), content.get("text")
        if name not in STREAMS or not isinstance(text, str):
            return
        if self._clear_next:
            self._forget()
        if self._silent or self._full:
            return
        # Pieces of one stream become one output, as Jupyter does: a loop that prints would otherwise fill the outputs
        # kept.
        last = self._cell.outputs[-1] if self._cell.outputs else None
        if last is None or last.get("name") != name:
            last = output_of("stream", name=name, text="")
            if not self._append(last):
                return
        self._extend(last, storable(text))

    def _extend(self, last: nbformat.NotebookNode, text: str) -> None:
        before = len(last.text)
        # Only the last line can be written over, so the rest is not looked at again: a progress bar prints thousands of
        # pieces.
        lines, newline, line = last.text.rpartition("\n")
        last.text = lines + newline + overwritten(line + text)
        grown = len(last.text) - before
        self._printed += grown
        over = max(self._printed - self._limits.text, self._kept + grown - self._room)
        if over > 0:
            self._silent = True
            last.text = (
                last.text[:-over] + f"\n[Cut here: this cell printed more than {self._limits.text:,} characters.]\n"
            )
        self._kept += len(last.text) - before

    def _display(self, kind: str, content: dict[str, Any]) -> None:
        data = bundle(content.get("data"))
        if not data:
            return
        fields: dict[str, Any] = {"data": data, "metadata": image_sizes(content.get("metadata"))}
        if kind == "execute_result":
            fields["execution_count"] = count_of(content)
        output = output_of(kind, **fields)
        name = display_id(content)
        # A name shown in a loop would otherwise make each later update replace thousands of outputs.
        if self._append(output) and name is not None and len(self._shown.setdefault(name, [])) < SAME_NAME_MAX:
            self._shown[name].append(output)

    def _update(self, _kind: str, content: dict[str, Any]) -> None:
        """Replace what this cell displayed under a name; what earlier cells displayed stays as it was.

        nbclient would update other cells' outputs too: a later cell could replace the table of a problem's points.
        """
        data = bundle(content.get("data"))
        for output in self._shown.get(display_id(content) or "", []):
            old, new = size_of(output), sum(map(len, data.values()))
            if self._kept - old + new <= self._room:
                self._kept += new - old
                output.data = nbformat.from_dict(data)
                output.metadata = nbformat.from_dict(image_sizes(content.get("metadata")))

    def _error(self, _kind: str, content: dict[str, Any]) -> None:
        name, text, lines = content.get("ename"), content.get("evalue"), content.get("traceback")
        if not isinstance(name, str) or not isinstance(text, str) or not isinstance(lines, list):
            return
        limit = self._limits.text
        output = output_of("error", ename=storable(name[:NAME_MAX]), evalue=storable(text[:limit]), traceback=[])
        output.traceback = list(shortened((storable(line) for line in lines if isinstance(line, str)), limit))
        self._append(output)

    def _clear(self, _kind: str, content: dict[str, Any]) -> None:
        # As IPython does: cleared only when something new comes, so that animations do not flicker.
        if content.get("wait"):
            self._clear_next = True
        else:
            self._forget()


def display_id(content: dict[str, Any]) -> str | None:
    """Return the name under which something is displayed, for later updates; None without one."""
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name if isinstance(name, str) and 0 < len(name) <= NAME_MAX else None


def shortened(lines: Iterable[str], limit: int) -> Iterable[str]:
    """Yield lines up to a number of characters in all, and at most `TRACEBACK_LINES`."""
    for number, line in enumerate(lines):
        if number == TRACEBACK_LINES or limit <= 0:
            yield "[Cut here: the traceback is longer.]"
            return
        yield line[:limit]
        limit -= len(line)
