"""Reads the catalogue of an assignment's misconceptions: known wrong variants of its problems, and what to say of each.

A misconception is a file ``misconceptions/<problem>/<name>.py`` in the assignment's folder. It defines the problem's
functions wrongly, calls the solution's other functions by their names, and keeps to the form of the solution's caches.
Besides it says, in English, with the translations in the assignment's catalogues:

- the first line of its docstring: the **title**, what the code does;
- ``BELIEF = "..."``: what somebody believes who writes it;
- ``HINT = "..."``: what leads to the idea, without the code;
- ``NOTE = "..."``: what helps a teaching assistant to talk about it;
- ``LOSES = 4``: the shares that it costs in its problem, as in ``@pytest.mark.points``;
- ``EQUIVALENT = "..."``, where no test can tell it from right code: why not. It then loses nothing.

One whose texts begin with `UNWRITTEN` is a **draft**: it is tried by `autograder verify`, which asks for them, and
counts nowhere else, so that no student reads what nobody has written yet.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.digest import digest_of

FOLDER = "misconceptions"
NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
TEXTS = ("BELIEF", "HINT", "NOTE")
# How a text begins that is still to be written.
UNWRITTEN = "TODO"


@dataclass(frozen=True)
class Misconception:
    """A known wrong variant of a problem.

    Attributes:
        name: The file's name without its ending; unique in its problem.
        problem: The problem's name.
        file: The file with its code.
        title: What the code does, a sentence.
        belief: What a student who writes it believes.
        hint: What to look at.
        note: For teaching assistants.
        loses: Shares of the problem's points.
        equivalent: Why no test can tell it from right code; empty for all others.
        unwritten: Those of its texts that are still to be written; where there are any, it is a draft.
        sha256: The digest of its file.
    """

    name: str
    problem: str
    file: Path
    title: str
    belief: str
    hint: str
    note: str
    loses: float
    equivalent: str = ""
    unwritten: tuple[str, ...] = ()
    sha256: str = ""


def misconceptions(assignment: Assignment) -> dict[str, list[Misconception]]:
    """Return the misconceptions of each problem that has any, by name, in the order of the notebook's problems.

    Drafts are among them only where the assignment's `Assignment.drafts` says so.

    Raises:
        CourseError: A file lacks something, or lies in a folder of no problem.
    """
    found = _of(assignment)
    counting = {
        problem: [one for one in several if assignment.drafts or not one.unwritten]
        for problem, several in found.items()
    }
    return {problem: several for problem, several in counting.items() if several}


def catalogue_sha256(assignment: Assignment) -> str:
    """Return a digest of the misconceptions that count: when it is another one, names may be others.

    Empty where they cannot be read. Nothing is named by them then, and marks do not depend on them.
    """
    try:
        known = [one for several in misconceptions(assignment).values() for one in several]
    except CourseError:
        return ""
    return digest_of(part.encode() for one in known for part in (one.problem, one.name, one.sha256))


def _of(assignment: Assignment) -> dict[str, list[Misconception]]:
    folder = assignment.folder / FOLDER
    files = sorted(entry for entry in _entries(folder) if entry[1].endswith(".py"))
    strange = sorted({problem for problem, _, _ in files} - set(assignment.problems))
    if strange:
        raise CourseError(f"{FOLDER}/{strange[0]} is of no problem of {assignment.name}: rename the folder")
    return _kept(folder, tuple(assignment.problems), tuple(files))


def _entries(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Yield the files in the folders of problems, and when each was changed."""
    if not folder.is_dir():
        return
    with os.scandir(folder) as problems:
        for problem in problems:
            if problem.is_dir():
                with os.scandir(problem) as files:
                    yield from ((problem.name, file.name, file.stat().st_mtime_ns) for file in files)


@lru_cache(8)
def _kept(
    folder: Path, problems: tuple[str, ...], files: tuple[tuple[str, str, int], ...]
) -> dict[str, list[Misconception]]:
    """Read all files; they are read again when one of them has changed."""
    found: dict[str, list[Misconception]] = {}
    for problem in problems:
        for name in (name for place, name, _ in files if place == problem):
            found.setdefault(problem, []).append(read(folder / problem / name))
    return found


def read(file: Path) -> Misconception:
    """Return what a file says of its misconception; none of its code is run.

    Raises:
        CourseError: It cannot be parsed, or lacks something.
    """
    text = file.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except SyntaxError as fault:
        raise CourseError(f"{file} cannot be read: {fault}") from fault
    said = constants(tree)
    title = (ast.get_docstring(tree) or "").split("\n")[0]
    lacking = [name for name in TEXTS if not isinstance(said.get(name), str) or not said[name]]
    if not title:
        lacking.insert(0, "a docstring")
    if not isinstance(said.get("LOSES"), int | float):
        lacking.append("LOSES")
    if lacking:
        raise CourseError(
            f"{file} lacks {', '.join(lacking)}: see autograder/course/misconceptions.py for what it needs"
        )
    belief, hint, note = (str(said[name]) for name in TEXTS)
    texts = {"the title": title, **{name: str(said[name]) for name in TEXTS}}
    return Misconception(
        name=file.stem,
        problem=file.parent.name,
        file=file,
        title=title,
        belief=belief,
        hint=hint,
        note=note,
        loses=float(str(said["LOSES"])),
        equivalent=str(said.get("EQUIVALENT", "")),
        unwritten=tuple(name for name, said_of_it in texts.items() if said_of_it.startswith(UNWRITTEN)),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def constants(tree: ast.Module) -> dict[str, object]:
    """Return the constants that a module assigns to names."""
    return {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        if isinstance(node.value, ast.Constant)
    }
