"""Makes text from students safe to print: a terminal would obey the codes in an exception, a name or a link.

A course's ``nbgrader_config.py`` imports `print_logs` from here, so the module keeps its place.
"""

from __future__ import annotations

import json
import logging
import os
import traceback
import unicodedata
from typing import Any

from rich.text import Text


def printable(text: str) -> str:
    """Return text in which a terminal shows every character.

    Lines stay. Codes, what is invisible, and what turns the direction of writing, show as JSON has them: ``\u001b``.
    """
    if text.isprintable():  # most texts, of which a report has half a million
        return str(text)  # what was marked as HTML is no longer, as below
    return "".join(letter if letter.isprintable() or letter == "\n" else _seen(letter) for letter in text)


def printable_json(text: str) -> str:
    """Return JSON that says the same, in which a terminal shows every character."""
    return "".join(letter if letter.isprintable() or letter == "\n" else json.dumps(letter)[1:-1] for letter in text)


def _seen(letter: str) -> str:
    return " " if letter == "\t" or _is_blank(letter) else json.dumps(letter)[1:-1]


def _is_blank(letter: str) -> bool:
    """Return whether a character is a blank of some width: Chinese texts have such, and the names of screenshots."""
    return unicodedata.category(letter) == "Zs"


def is_plain(name: str) -> bool:
    """Return whether every character of a name is visible, and all are on one line."""
    return all(letter.isprintable() or _is_blank(letter) for letter in name)


def on_one_line(text: str) -> str:
    """Return printable text on one line, so that no part of it can pass for a line of output."""
    return printable(text).replace("\n", "\\n")


def said(text: str, style: str = "") -> Text:
    """Return printable text that is never read as markup."""
    return Text(printable(text), style)


class PrintableRecord(logging.LogRecord):
    """A log record with a printable message: names of files are whatever people write."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        if self.exc_info and self.exc_info[0]:
            self.exc_text = printable("".join(traceback.format_exception(*self.exc_info)).rstrip("\n"))

    def getMessage(self) -> str:  # noqa: N802 (logging's own name)
        """Return the message, with each value in it on one line."""
        if isinstance(self.args, tuple):
            texts = (str, os.PathLike)
            self.args = tuple(on_one_line(str(one)) if isinstance(one, texts) else one for one in self.args)
        return printable(super().getMessage())


def print_logs() -> None:
    """Make all that is logged in this process printable; called by the course's ``nbgrader_config.py``."""
    logging.setLogRecordFactory(PrintableRecord)
