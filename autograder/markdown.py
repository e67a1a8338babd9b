"""Shows text and code cells: nbconvert's Markdown, with formulas and attached pictures, and nothing that could do harm.

Takes the place of nbconvert's filters ``markdown2html`` and ``highlight_code`` wherever nbgrader shows a notebook, in
feedback and in formgrader: see ``nbgrader_config.py``. Code is coloured by one lexer, that of Python: some of the
others, which a text can ask for by name, take minutes or for ever for a line of text that is made for it.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.cleaning import attached_pictures, clean_html

# The parser takes time that grows with the square of a text's length, as the lexer does; longer texts are shown as they
# were typed. At this length each takes a quarter of a second, whatever is in it.
MARKDOWN_MAX = 4_000
CODE_MAX = 8_000
# Of all texts of one notebook. Those that come after that are shown as they were typed.
NOTEBOOK_MARKDOWN_MAX = 120_000
ROOM = "autograder_markdown_room"
PYTHON = ("python", "python3", "ipython", "ipython3", "py")
BLANK = re.compile(r"^[^\S\n]+$", re.MULTILINE)


class Renderer(IPythonRenderer):  # type: ignore[misc]
    """nbconvert's, which shows the names of pictures that are not attached to the cell."""

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return an attached picture, or what the text calls it."""
        name = url.removeprefix("attachment:")
        if url.startswith("data:") or (url != name and name in self.attachments):
            return str(super().image(text, url, title))
        return f"[picture: {escape(text)}]"

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return a block of code, coloured when it is said to be Python."""
        language = (info or "").split(maxsplit=1)[:1]
        return highlighted(code) if language and language[0] in PYTHON else f"<pre><code>{escape(code)}</code></pre>\n"


def highlighted(source: str, _language: str | None = None, **_options: Any) -> str:
    """Return code as HTML, coloured when it is not too long; a filter for nbconvert's templates.

    The lexer takes time that grows with the square of how many lines in a row hold nothing but blanks: they are shown
    as empty.
    """
    code = BLANK.sub("", source)
    if len(code) > CODE_MAX:
        return f'<div class="highlight hl-ipython3"><pre>{escape(code)}</pre></div>\n'
    return str(highlight(code, PythonLexer(stripnl=False), HtmlFormatter(cssclass="highlight hl-ipython3")))


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
    cell, resources = context.get("cell"), context.get("resources")
    if isinstance(resources, dict):
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
