"""Makes pages of templates: each is one file that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.course.score import points

PAGES = Path(__file__).parent
STYLE = PAGES / "style.css"


@cache
def templates(folder: Path) -> Environment:
    """Return the environment of the page templates in a folder; it escapes whatever is put into them.

    They can extend ``base.html.j2``, the frame that lies beside this file.
    """
    made = Environment(
        loader=FileSystemLoader([folder, PAGES]),
        autoescape=True,
        # A name that is misspelt in a template stops the marking; it would otherwise be an empty place on a page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    style = STYLE.read_text(encoding="utf-8")
    made.globals.update(style=Markup(style), policy=policy(style))
    return made


def policy(style: str) -> str:
    """Return the Content-Security-Policy of a page with one stylesheet: it shows pictures that it holds itself."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
