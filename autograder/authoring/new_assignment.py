"""Writes the files of a new assignment: it can be verified and released as it stands, and is then made one's own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from autograder.authoring.templates import template
from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import FILE, REQUIREMENTS
from autograder.course.course import Course, CourseError
from autograder.course.settings_reference import SCHEMA_FILE, explained

# By its place below the assignment's folder: the template that it is written from.
FILES = {
    "hidden/test_column_means.py": "test_column_means.py",
    "misconceptions/column_means/row_means.py": "row_means.py",
    "right/loops.py": "loops.py",
}
NAME_MAX = 60


def new_assignment(course: Course, name: str, title: str = "", sequel_of: str | None = None) -> list[Path]:
    """Write a new assignment into a course: a notebook with one problem, its hidden tests, and all settings explained.

    Args:
        course: The course.
        name: nbgrader's name of the assignment, and Python's of its folder.
        title: What people call it; made of the name when empty.
        sequel_of: The assignment that it goes on from: it has the same requirements, and packages of its own that are
            copies of that one's.

    Returns:
        What was written: the notebook, and the assignment's folder.

    Raises:
        CourseError: The name is none, something of this name is there, or there is no such earlier assignment. Nothing
            was written then.
    """
    if not name.isidentifier() or not name.isascii() or name != name.lower() or len(name) > NAME_MAX:
        raise CourseError(f"{name!r} cannot be an assignment's name: take small letters, digits and _, as in ps1")
    folder, source = course.assignments / name, course.source(name)
    if there := [one for one in (folder, source) if one.exists()]:
        raise CourseError(f"{there[0]} is there already: choose another name, or go on with that one")
    title = title or name.replace("_", " ").capitalize()
    settings: dict[str, Any] = {"title": title, "requirements": [*REQUIREMENTS]}
    copied: dict[str, Path] = {}
    if sequel_of is not None:
        earlier = Assignment(course, sequel_of)
        settings |= {"sequel_of": sequel_of, "requirements": [*earlier.requirements]}
        copied = dict(earlier.package_folders)
        if copied:
            settings["packages"] = list(copied)
    for place, text in FILES.items():
        _write(folder / place, template("assignment", text))
    docstring = title.replace("\\", r"\\").replace('"""', r"\"\"\"")
    _write(folder / "__init__.py", f'"""{docstring}."""\n')
    _write(folder / FILE, explained(settings))
    schema = course.assignments / SCHEMA_FILE.name
    if not schema.exists():
        shutil.copyfile(SCHEMA_FILE, schema)
    for package, original in copied.items():
        shutil.copytree(original, folder / "packages" / package, ignore=shutil.ignore_patterns("__pycache__"))
    # The title stands in JSON.
    words = {"ASSIGNMENT_TITLE": json.dumps(title, ensure_ascii=False)[1:-1], "ASSIGNMENT_NAME": name}
    notebook = source / f"{name}.ipynb"
    _write(notebook, template("assignment", "notebook.ipynb", **words))
    return [notebook, folder]


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
