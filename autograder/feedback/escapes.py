"""Puts texts into GitHub-flavoured Markdown so that nothing in them is read as markup.

Markdown lets a backslash stand before any sign that means something, which is enough for emphasis, HTML, links with
brackets, lists and formulas. It is not enough for what GitHub makes of plain text afterwards: addresses, mentions and
issue numbers become links. Text with one of these is shown as code, in which nothing is alive; so is text of several
lines, which keeps its shape.
"""

from __future__ import annotations

import re

from autograder.marking.feedback import BACKSLASH, MARKDOWN

# Becomes a link, a formula or a picture in spite of a backslash: https://…, www.…, a mention, #12, GH-12, $…$, :tada:.
ALIVE = re.compile(r"://|www\.|@|#\d|\bGH-\d|\$|:[\w+-]+:", re.IGNORECASE)
# Would begin a list, or make a heading of the line before.
BEGINS_BLOCK = re.compile(r"^(?:(\d{1,9})(?=\.)|(?=[-+=]))")
BACKTICKS = re.compile(r"`+")
# Of one text, in characters.
TEXT_MAX = 4_000


def escaped(text: str) -> str:
    """Return a text as Markdown: on one line, or as a block of code where it has several.

    Args:
        text: In which every character shows, as `autograder.i18n.terminal.printable` makes it. Of one that is longer
            than `TEXT_MAX` characters the beginning is shown.
    """
    text = text.strip("\n")
    if len(text) > TEXT_MAX:
        text = f"{text[:TEXT_MAX]} …"
    if "\n" in text:
        return fenced(text)
    return code_span(text) if ALIVE.search(text) else _plain(text.strip())


def fenced(text: str) -> str:
    """Return a block of code that no line of the text can close."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def code_span(line: str) -> str:
    """Return code within a line, which the line cannot close."""
    ticks = "`" * (_longest_run(line) + 1)
    # Markdown takes off one blank at each end. A span of blanks alone, which it leaves as it is, shows them.
    return f"{ticks} {line} {ticks}"


def listed(*blocks: str) -> str:
    """Return an item of a list that holds some blocks of Markdown."""
    return "- " + "\n".join(f"  {line}" if line else "" for line in "\n\n".join(blocks).split("\n"))[2:]


def _plain(line: str) -> str:
    return BEGINS_BLOCK.sub(r"\1\\", MARKDOWN.sub(BACKSLASH, line))


def _longest_run(text: str) -> int:
    return max((len(run) for run in BACKTICKS.findall(text)), default=0)
