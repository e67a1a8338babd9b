"""Shows text cells: nbconvert's Markdown, with formulas and attached pictures, and nothing that could do harm.

Takes the place of nbconvert's filter ``markdown2html`` wherever nbgrader shows a notebook, in feedback and in
formgrader: see ``nbgrader_config.py``.
"""

from __future__ import annotations

from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.cleaning import attached_pictures, clean_html

# The parser takes time that grows with the square of a text's length; longer texts are shown as they were typed.
MARKDOWN_MAX = 20_000


class Renderer(IPythonRenderer):  # type: ignore[misc]
    """nbconvert's, which shows the names of pictures that are not attached to the cell."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an attached picture, or what the text calls it."""
        name = url.removeprefix("attachment:")
        if url.startswith("data:") or (url != name and name in self.attachments):
            return str(super().image(text, url, title))
        return f"[picture: {escape(text)}]"


def text_html(source: str, attachments: Any = None) -> str:
    """Return Markdown as clean HTML.

    Args:
        source: The text.
        attachments: What is attached to its cell, in the form that notebooks have.
    """
    if len(source) > MARKDOWN_MAX:
        return f"<pre>{escape(source)}</pre>"
    renderer = Renderer(escape=False, attachments=attached_pictures(attachments), exclude_anchor_links=True)
    try:
        return clean_html(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # the parser and its highlighters raise whatever a text leads them to
        return f"<pre>{escape(source)}</pre>"


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """Return a text cell, or a comment, as clean HTML; a filter for nbconvert's templates."""
    cell = context.get("cell")
    return text_html(str(source), cell.get("attachments") if isinstance(cell, dict) else None)


def cleaned(source: Any) -> str:
    """Return HTML that a template wants cleaned; a filter for nbconvert's templates."""
    try:
        return clean_html(str(source))
    except ValueError:
        return f"<pre>{escape(str(source))}</pre>"
