"""Makes pages of templates: each is one file that loads nothing, and runs nothing but a script of the kit's, if any."""

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
    style = STYLE.read_text(encoding="utf-8")
    made.globals.update(style=Markup(style), policy=policy(style))
    return made


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
