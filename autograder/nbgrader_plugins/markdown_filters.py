"""Shows text and code cells with nbconvert's Markdown, formulas and attached pictures, and nothing that could do harm.

Takes the place of nbconvert's filters ``markdown2html`` and ``highlight_code`` wherever nbgrader shows a notebook, in
feedback and in formgrader: see ``nbgrader_config.py``.
"""

from __future__ import annotations

import re
from functools import partial
from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.course.course import find_course
from autograder.marking.figures import Figures
from autograder.marking.formulas import Formulas
from autograder.marking.sanitise import NOTEBOOK_MARKDOWN_MAX, clean_html, code_html, text_html

ROOM = "autograder_markdown_room"
FIGURES = "autograder_figures"
FORMULAS = "autograder_formulas"
# As nbgrader finds them, whatever else is in the line: in a page they would be headings.
SCHEME_BEGINS = re.compile(r"^[^\n]*BEGIN MARK SCHEME[^\n]*$", re.MULTILINE)
SCHEME_ENDS = re.compile(r"^[^\n]*END MARK SCHEME[^\n]*$", re.MULTILINE)
# Bootstrap, which these pages have, leaves no space between the cells of a table without a class.
TABLE = '<table class="table table-condensed" style="width: auto">'


def highlighted(source: str, _language: str | None = None, **_options: Any) -> str:
    """Return a code cell as HTML; a filter for nbconvert's templates."""
    return code_html(source)


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """Return a text cell or a comment as clean HTML; a filter for nbconvert's templates."""
    cell, resources = context.get("cell"), context.get("resources")
    attached = cell.get("attachments") if isinstance(cell, dict) else None
    # In the resources of the page, which all its cells share.
    shared = resources if isinstance(resources, dict) else {}
    left = shared[ROOM] = shared.get(ROOM, NOTEBOOK_MARKDOWN_MAX) - len(source)
    if left < 0:
        return f"<pre>{escape(str(source))}</pre>"
    text = SCHEME_ENDS.sub("", SCHEME_BEGINS.sub("\n* * *\n\n**Mark scheme**\n", str(source)))
    html = text_html(text, attached, partial(_figure, shared), shared.setdefault(FORMULAS, Formulas()))
    return html.replace("<table>", TABLE)


def _figure(resources: dict[str, Any], address: str) -> bytes | None:
    """Return a figure of the assignment that a page is of."""
    # Formgrader and nbgrader's converters name it in different places.
    assignment = resources.get("assignment_id") or resources.get("nbgrader", {}).get("assignment")
    if not assignment:
        return None
    figures: Figures = resources.setdefault(FIGURES, Figures(find_course(), assignment))
    return figures.find(address)


def cleaned(source: Any) -> str:
    """Return HTML that a template wants cleaned; a filter for nbconvert's templates."""
    try:
        return clean_html(str(source))
    except ValueError:
        return f"<pre>{escape(str(source))}</pre>"
