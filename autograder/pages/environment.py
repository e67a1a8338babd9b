"""Makes pages of templates: each is one file that loads nothing, and runs nothing but a script of the kit's, if any."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.course.score import points

PAGES = Path(__file__).parent
STYLE = PAGES / "style.css"
# A number with an exponent: browsers end a line behind its sign.
SMALL = re.compile(r"\d[\d.]{0,20}e[+-]\d{1,4}")


@cache
def templates(folder: Path, *, html: bool = True) -> Environment:
    """Return the environment of the templates in a folder.

    Args:
        folder: Those of pages can extend ``base.html.j2``, the frame that lies beside this file.
        html: Whether they are of pages: whatever is put into them is escaped then.
    """
    made = Environment(
        loader=FileSystemLoader([folder, PAGES]),
        autoescape=html,
        # A name that is misspelt in a template stops the marking; it would otherwise be an empty place on a page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.filters["unbroken"] = unbroken
    style = STYLE.read_text(encoding="utf-8")
    made.globals.update(style=Markup(style), policy=policy(style))
    return made


def unbroken(text: str) -> Markup:
    """Return a text, escaped, in which no line ends within a number such as 1e-05."""
    return Markup(SMALL.sub(r'<span class="whole">\g<0></span>', str(escape(text))))


def policy(style: str, script: str = "") -> str:
    """Return the Content-Security-Policy of a page with one stylesheet: it shows pictures that it holds itself.

    Args:
        style: The stylesheet.
        script: The one script that runs in it; none does when it is empty.
    """
    runs = f"script-src {_digest(script)}; " if script else ""
    return f"default-src 'none'; style-src {_digest(style)}; {runs}img-src data:; base-uri 'none'; form-action 'none'"


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
