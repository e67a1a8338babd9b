"""Makes cells of CSV files harmless: a spreadsheet runs what looks like a formula, whoever has written it."""

from __future__ import annotations

import re
from typing import TypeVar

from autograder.i18n.terminal import on_one_line

T = TypeVar("T")
# Spreadsheets that are set to Chinese also take the wide forms for operators. A dash alone says that there is nothing.
OPERATORS = r"=+\-@\uff1d\uff0b\uff0d\uff20"
FORMULA = re.compile(rf"\s*(?!-\s*$)[{OPERATORS}]")
# Where the system's language has a decimal comma, a spreadsheet cuts cells at semicolons, whatever the file has between
# them. No quotes help: behind a comma they begin no cell.
NEXT_CELL = re.compile(rf"(;\s*)(?=[{OPERATORS}])")


def plain_cell(value: T) -> T | str:
    """Return a text that no spreadsheet takes for a formula, or for several cells; other values as they are."""
    if not isinstance(value, str):
        return value
    text = on_one_line(value)
    # The apostrophe tells a spreadsheet that text follows, and is not shown.
    text = NEXT_CELL.sub(r"\1'", text)
    return f"'{text}" if FORMULA.match(value) else text
