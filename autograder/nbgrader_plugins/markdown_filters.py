"""Shows text and code cells with nbconvert's Markdown, formulas and attached pictures, and nothing that could do harm.

Takes the place of nbconvert's filters ``markdown2html`` and ``highlight_code`` wherever nbgrader shows a notebook, in
feedback and in formgrader: see ``nbgrader_config.py``.
"""

from __future__ import annotations

from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.marking.sanitise import clean_html, code_html, text_html

# Of all texts of one notebook. Those that come after that are shown as they were typed.
NOTEBOOK_MARKDOWN_MAX = 120_000
ROOM = "autograder_markdown_room"


def highlighted(source: str, _language: str | None = None, **_options: Any) -> str:
    """Return a code cell as HTML; a filter for nbconvert's templates."""
    return code_html(source)


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """Return a text cell or a comment as clean HTML; a filter for nbconvert's templates."""
    cell, resources = context.get("cell"), context.get("resources")
    if isinstance(resources, dict):
        # In the resources of the page, which all its cells share: many texts of a bounded length can still take
        # minutes.
        left = resources[ROOM] = resources.get(ROOM, NOTEBOOK_MARKDOWN_MAX) - len(source)
        if left < 0:
            return f"<pre>{escape(str(source))}</pre>"
    return text_html(str(source), cell.get("attachments") if isinstance(cell, dict) else None)


def cleaned(source: Any) -> str:
    """Return HTML that a template wants cleaned; a filter for nbconvert's templates."""
    try:
        return clean_html(str(source))
    except ValueError:
        return f"<pre>{escape(str(source))}</pre>"
