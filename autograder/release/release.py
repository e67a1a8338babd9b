"""Makes what students get and the solutions from the source notebook, and compares them with what is committed.

nbgrader's own converters do it, with the preprocessors in `autograder.nbgrader_plugins.release_steps`.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.release import figures, leaks, translated_cells
from autograder.release.build import build_all, convert, own_config
from autograder.release.differences import differing_files
from autograder.release.points_check import check_source_points
from autograder.release.translation_check import check_twins

log = logging.getLogger(__name__)

# Called with a line that says what is done next, or what a person may want to know.
Tell = Callable[[str], None]


class StaleError(Exception):
    """The committed files are not those that the source gives; the message names them and says what to do."""


def release(
    assignment: Assignment,
    *,
    modules: bool = False,
    holds: Collection[str] = (),
    tell: Tell = log.info,
    note: Tell = log.warning,
) -> list[Path]:
    """Make the release and the solutions, in every language, and return their folders.

    They are made in a scratch folder first, so that when anything is wrong, the existing folders stay as they are.

    Args:
        assignment: The assignment.
        modules: Whether the release of module files is made too; it is made in any case where there is one already.
        holds: Pairs of text cells whose translations hold, though their English text has changed.
        tell: Is told what is done next.
        note: Is told what may be meant otherwise.

    Raises:
        ConversionError: The folders could not be made, or a release would give something away (`leaks.LeakError`).
        CourseError: ``holds`` names what is no pair, the settings name what is not in the notebook, or the solution is
            not as ``[[stand_ins]]`` say.
        PointsError: The points do not add up, or a text says others.
        TwinError: The source does not say the same in all languages.
        SourceError: The release of module files could not be made, or a figure is missing.
    """
    course = assignment.course
    if holds:
        translated_cells.confirm(assignment, holds)
    figures.draw(assignment)
    _check_source(assignment, tell, note)
    with tempfile.TemporaryDirectory() as scratch:
        built = build_all(assignment, Path(scratch), modules=modules, tell=tell)
        tell("gradebook")
        course.classroom.mkdir(exist_ok=True)
        convert(assignment, own_config(course))
        made = [course.release(assignment.name), course.solutions(assignment.name)]
        for folder, scratch_copy in built.items():
            if folder not in made:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(scratch_copy, folder)
    translated_cells.record(assignment)
    if assignment.stand_ins:
        tell("what is declared of stand-ins, on the solution")
        _ = Assignment(course, assignment.name).reference  # as it is made now
    return list(built)


def check_current(assignment: Assignment, *, tell: Tell = log.info, note: Tell = log.warning) -> None:
    """Compare the committed files with those that the source gives; write nothing.

    The releases of module files are compared where there are any.

    Args:
        assignment: The assignment.
        tell: Is told what is done next.
        note: Is told what may be meant otherwise.

    Raises:
        ConversionError: The source is refused.
        CourseError: The settings name what is not in the notebook.
        PointsError: The points do not add up, or a text says others.
        StaleError: The files differ; the message names files and cells.
        TwinError: The source does not say the same in all languages.
    """
    _check_source(assignment, tell, note)
    with tempfile.TemporaryDirectory() as scratch:
        built = build_all(assignment, Path(scratch), tell=tell)
        differing = figures.stale(assignment)
        differing += [line for committed, made in built.items() for line in differing_files(committed, made)]
    if not translated_cells.is_recorded(assignment):
        differing.append(f"{translated_cells.digests_file(assignment)}: texts were written anew since")
    if differing:
        lines = "\n".join(f"  {line}" for line in differing)
        raise StaleError(f"not as the source gives it; run `autograder release {assignment.name}` and commit:\n{lines}")


def _check_source(assignment: Assignment, tell: Tell, note: Tell) -> None:
    tell("points, texts and leaks of the source")
    check_twins(assignment)
    leaks.refuse_source(assignment)
    # Last: these read the cells as Python, which the steps before have made sure of.
    assignment.check_settings()
    for line in check_source_points(assignment):
        note(line)
