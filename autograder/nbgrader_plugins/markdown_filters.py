"""Shows text and code cells with nbconvert's Markdown, formulas and attached pictures, and nothing that could do harm.

Takes the place of nbconvert's filters ``markdown2html`` and ``highlight_code`` wherever nbgrader shows a notebook, in
feedback and in formgrader: see ``nbgrader_config.py``.
"""

from __future__ import annotations

from html import escape
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from autograder.course.course import FIGURES, find_course
from autograder.marking.formulas import Formulas
from autograder.marking.sanitise import FindFigure, clean_html, code_html, text_html

# Of all texts of one notebook. Those that come after that are shown as they were typed.
NOTEBOOK_MARKDOWN_MAX = 120_000
ROOM = "autograder_markdown_room"
# Of all texts of one notebook, too: a name of a few letters stands for some kilobytes.
NOTEBOOK_FIGURES_MAX = 40
SHOWN = "autograder_figures"
FORMULAS = "autograder_formulas"


def highlighted(source: str, _language: str | None = None, **_options: Any) -> str:
    """Return a code cell as HTML; a filter for nbconvert's templates."""
    return code_html(source)


@pass_context
def markdown_html(context: Context, source: str) -> str:
    """Return a text cell or a comment as clean HTML; a filter for nbconvert's templates."""
    cell, resources = context.get("cell"), context.get("resources")
    attached = cell.get("attachments") if isinstance(cell, dict) else None
    # In the resources of the page, which all its cells share: many texts of a bounded length can still take minutes.
    shared = resources if isinstance(resources, dict) else {}
    left = shared[ROOM] = shared.get(ROOM, NOTEBOOK_MARKDOWN_MAX) - len(source)
    if left < 0:
        return f"<pre>{escape(str(source))}</pre>"
    return text_html(str(source), attached, _figures(shared), shared.setdefault(FORMULAS, Formulas()))


def _figures(resources: dict[str, Any]) -> FindFigure:
    """Return a function that finds the figures of the assignment that a page is of."""
    # Formgrader and nbgrader's converters name it in different places.
    assignment = resources.get("assignment_id") or resources.get("nbgrader", {}).get("assignment")

    def figure(address: str) -> bytes | None:
        shown = resources.get(SHOWN, 0)
        if not assignment or not address.startswith(f"{FIGURES}/") or shown == NOTEBOOK_FIGURES_MAX:
            return None
        # By its name: whatever a student's notebook holds, what is shown is the file beside the source notebook.
        file = find_course().figure(assignment, address)
        if file is None or file.suffix != ".svg":
            return None
        resources[SHOWN] = shown + 1
        return file.read_bytes()

    return figure


def cleaned(source: Any) -> str:
    """Return HTML that a template wants cleaned; a filter for nbconvert's templates."""
    try:
        return clean_html(str(source))
    except ValueError:
        return f"<pre>{escape(str(source))}</pre>"
