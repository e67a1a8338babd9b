"""Makes what students get and the solutions from the source notebook, and compares them with what is committed.

nbgrader's own converters do it, with the preprocessors in `autograder.nbgrader_plugins.release_steps`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.release import figures, leaks
from autograder.release.build import build_all, convert, own_config
from autograder.release.translation_check import check_twins


class StaleError(Exception):
    """The committed files are not those that the source gives; the message names them and says what to do."""


def release(assignment: Assignment, *, modules: bool = False) -> list[Path]:
    """Make the release and the solutions, in every language, and return their folders.

    They are made in a scratch folder first, so that when anything is wrong, the existing folders stay as they are. With
    ``modules`` the release of module files is made too; it is made in any case where there is one already.

    Raises:
        ConversionError: The folders could not be made, or a release would give something away (`leaks.LeakError`).
        TwinError: The source does not say the same in all languages.
        SourceError: The release of module files could not be made, or a figure is missing.
    """
    course = assignment.course
    figures.draw(assignment)
    check_twins(assignment)
    leaks.refuse_source(assignment)
    with tempfile.TemporaryDirectory() as scratch:
        built = build_all(assignment, Path(scratch), modules=modules)
        course.classroom.mkdir(exist_ok=True)
        convert(assignment, own_config(course))
        made = [course.release(assignment.name), course.solutions(assignment.name)]
        for folder, scratch_copy in built.items():
            if folder not in made:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(scratch_copy, folder)
    return list(built)


def check_current(assignment: Assignment) -> None:
    """Compare the committed files with those that the source gives; write nothing.

    The releases of module files are compared where there are any.

    Raises:
        ConversionError: The source is refused.
        StaleError: The files differ; the message names them.
        TwinError: The source does not say the same in all languages.
    """
    check_twins(assignment)
    leaks.refuse_source(assignment)
    with tempfile.TemporaryDirectory() as scratch:
        built = build_all(assignment, Path(scratch))
        differing = figures.stale(assignment)
        differing += [line for committed, made in built.items() for line in differing_files(committed, made)]
    if differing:
        lines = "\n".join(f"  {line}" for line in differing)
        raise StaleError(f"not as the source gives it; run `autograder release {assignment.name}` and commit:\n{lines}")


def differing_files(committed: Path, made: Path) -> list[str]:
    """Return a line for each file that is in only one of two folders, or differs."""
    lines = []
    for file in sorted(_files(committed) | _files(made)):
        ours, theirs = committed / file, made / file
        if not ours.is_file():
            lines.append(f"{committed.name}: {file} is missing")
        elif not theirs.is_file():
            lines.append(f"{committed.name}: {file} does not belong there")
        elif ours.read_bytes() != theirs.read_bytes():
            lines.append(f"{committed.name}: {file} differs")
    return lines


def _files(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(folder)) for path in found}
