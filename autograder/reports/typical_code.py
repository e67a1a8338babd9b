"""Shows what students wrote who made a mistake: of one of them, the code without its docstrings."""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.joined_notebooks import cell_name
from autograder.course.nbgrader_app import load_config
from autograder.feedback.show import code_lines
from autograder.reports.mistakes import Mistake

# Of so many students' code, that of middle length is shown.
CANDIDATES = 5
LINES_MAX, CHARACTERS_MAX, FILE_MAX = 40, 4_000, 30_000_000


@dataclass(frozen=True)
class Example:
    """What one student wrote.

    Attributes:
        student: Whose it is, by the name in the report.
        code: The code, as HTML.
    """

    student: str
    code: Markup


class MarkedCode:
    """Reads what students wrote from the marked notebooks.

    Args:
        assignment: The assignment.
        people: The student's id behind each name of a report.
        scrub: Takes out what must not be shown.
    """

    def __init__(self, assignment: Assignment, people: dict[str, str], scrub: Callable[[str], str] = str) -> None:
        self._assignment, self._people, self._scrub = assignment, people, scrub
        self._read = lru_cache(64)(self._sources)
        self._folders = CourseDirectory(config=load_config(assignment.course))

    def typical(self, mistake: Mistake) -> Example | None:
        """Return the code of one student who made a mistake; None where no notebook is left."""
        sure = [student for student in mistake.students if student not in mistake.unsure] or [*mistake.students]
        found = [(code, student) for student in sure[:CANDIDATES] if (code := self.code(student, mistake.problem))]
        if not found:
            return None
        shown, student = sorted(found, key=lambda one: (len(one[0]), one))[len(found) // 2]
        return Example(student, Markup("\n").join(line.html for line in code_lines(shown)))

    def code(self, student: str, problem: str) -> str:
        """Return what a student wrote in a problem's cell, cut; nothing where it cannot be read."""
        source = self._read(self._people[student]).get(problem, "")
        return code_excerpt(self._scrub(without_docstrings(source))) if source else ""

    def _sources(self, student: str) -> dict[str, str]:
        """Return the texts of a marked submission's cells, by their names in the assignment."""
        name, found = self._assignment.name, dict[str, str]()
        if Path(student).name != student:
            return {}
        folder = Path(self._folders.format_path(self._folders.autograded_directory, student, name))
        try:
            for notebook in self._assignment.notebooks:
                file = folder / f"{notebook}.ipynb"
                if file.stat().st_size <= FILE_MAX:
                    cells = json.loads(file.read_bytes()).get("cells", [])
                    texts = filter(None, map(_source, cells))
                    found |= {cell_name(name, notebook, cell): text for cell, text in texts}
            return found
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}  # it was written by nbgrader or by hand, and is only looked at


def _source(cell: dict[str, Any]) -> tuple[str, str] | None:
    name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else source
    return (name, text) if isinstance(name, str) and isinstance(text, str) else None


def without_docstrings(source: str) -> str:
    """Return code without the docstrings of its functions: the handout has them; unchanged where it is not Python."""
    if len(source) > FILE_MAX // 100:
        return source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python has warned the student of odd syntax already
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    lines = source.split("\n")
    dropped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node, clean=False):
            text = node.body[0]
            if len(node.body) > 1 and text.lineno > node.lineno:
                dropped.update(range(text.lineno - 1, text.end_lineno or text.lineno))
    return "\n".join(line for number, line in enumerate(lines) if number not in dropped)


def code_excerpt(source: str) -> str:
    """Return the first lines of code, without blank ones at its ends."""
    lines = source[:CHARACTERS_MAX].strip("\n").split("\n")
    more = len(lines) > LINES_MAX or len(source) > CHARACTERS_MAX
    return "\n".join([*lines[:LINES_MAX], *(["# ..."] if more else [])]).rstrip()
