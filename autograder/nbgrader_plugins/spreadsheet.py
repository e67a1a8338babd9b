"""Makes cells of CSV files harmless: a spreadsheet runs what looks like a formula, whoever has written it."""

from __future__ import annotations

import re
from typing import TypeVar

from autograder.i18n.terminal import on_one_line

T = TypeVar("T")
# Spreadsheets that are set to Chinese also take the wide forms for operators. A dash alone says that there is nothing.
# Quotes may begin a cell, and are no part of it; neither are blanks and codes, which some programs leave out.
OPERATORS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
FORMULA = re.compile(rf"[\s\x00-\x1f\"]*(?!-\s*$)[{OPERATORS}]")
# A spreadsheet cuts cells at the separator of the system's language, or at all that there are, whatever the file has
# between them. No quotes help: behind another separator they begin no cell. A tab is always taken for one, so that of
# many in a row only the last needs a look.
NEXT_CELL = {
    delimiter: re.compile(rf"([\t{others}](?:[^\S\t]|[\x00-\x08\x0a-\x1f\"])*+)(?=[{OPERATORS}])")
    for delimiter, others in ((",", ";"), (";", ","), ("\t", ",;"))
}


def plain_cell(value: T, delimiter: str = ",") -> T | str:
    """Return a text that no spreadsheet takes for a formula, or for several cells; other values as they are.

    Args:
        value: The cell.
        delimiter: What stands between the cells of the file: a comma, a semicolon or a tab.
    """
    if not isinstance(value, str):
        return value
    text = on_one_line(value)
    # The apostrophe tells a spreadsheet that text follows, and is not shown.
    text = NEXT_CELL[delimiter].sub(r"\1'", text)
    return f"'{text}" if FORMULA.match(value) else text


def holds_formula(text: str, delimiter: str = ",") -> bool:
    """Return whether a spreadsheet would run a cell, or what it takes for a line or a cell of its own in it."""
    return any(FORMULA.match(line) or NEXT_CELL[delimiter].search(line) for line in text.splitlines())
