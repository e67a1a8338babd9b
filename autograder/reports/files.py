"""Writes files of reports: a page with its stylesheet, JSON; and says in which folder they lie."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from autograder.course.assignment import Assignment
from autograder.i18n.languages import DEFAULT
from autograder.i18n.terminal import printable
from autograder.pages.environment import STYLE, policy, templates

TEMPLATES = Path(__file__).with_name("templates")


def report_folder(assignment: Assignment, *, anonymous: bool) -> Path:
    """Return the folder of an assignment's reports; those under pseudonyms have one of their own."""
    folder = assignment.course.reports / assignment.name
    return folder / "anonymous" if anonymous else folder


def report_page(folder: Path, template: str, sheet: str, script: str = "", /, **values: Any) -> str:
    """Return a page for staff, in English.

    Args:
        folder: The folder of the following.
        template: The name of its template, which may use ``said`` for a text that a student can have shaped.
        sheet: The name of its stylesheet, which comes behind the one of all pages.
        script: The name of the one script that runs in it; none does when it is empty.
        values: What the template shows.
    """
    style = STYLE.read_text(encoding="utf-8") + (folder / sheet).read_text(encoding="utf-8")
    code = (folder / script).read_text(encoding="utf-8") if script else ""
    shared: dict[str, Any] = {
        "language": DEFAULT,
        "style": Markup(style),
        "script": Markup(code),
        "policy": policy(style, code),
    }
    shared["said"] = lambda text: printable(str(text))
    return templates(folder).get_template(template).render(shared | values)


def json_text(form: Mapping[str, Any]) -> str:
    """Return what a file of JSON holds."""
    return json.dumps(form, ensure_ascii=False) + "\n"


def write_texts(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write texts by the names of their files, and return these."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        # What cannot be written as UTF-8 came from a student's code.
        (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    return [folder / name for name in texts]
