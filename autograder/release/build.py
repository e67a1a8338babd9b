"""Builds releases and solutions in a scratch folder with nbgrader, before any folder of the course is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbgrader.converters import GenerateAssignment, GenerateSolution
from traitlets.config import Config

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.solutions import SourceError
from autograder.i18n.languages import DEFAULT
from autograder.release import leaks, module_release

HOOK = "post_convert_hook"


def convert(assignment: Assignment, config: Config) -> None:
    """Make release and solutions as nbgrader does with ``config``.

    Raises:
        ConversionError: nbgrader refused; the message holds what it logged.
    """
    for checks in ("CheckSource", "RefuseLeaks"):  # `build_language` checks all that was made
        config[checks].enabled = False
    for converter in (GenerateAssignment, GenerateSolution):
        run_converter(converter, config, assignment.name)


def own_config(course: Course) -> Config:
    """Return the course's configuration for one language, without its hook, which would make the other languages."""
    config = load_config(course)
    config.GenerateAssignment.pop(HOOK, None)
    return config


def config_for(course: Course, target: Path, language: str = DEFAULT) -> Config:
    """Return the configuration with release, solutions and gradebook in the folder ``target``, in one language."""
    config = own_config(course)
    config.CourseDirectory.release_directory = str(target / "release")
    config.CourseDirectory.solution_directory = str(target / "solutions")
    config.CourseDirectory.db_url = f"sqlite:///{target / 'gradebook.db'}"
    config.TakeEdition.language = language
    return config


def build_language(assignment: Assignment, target: Path, *, modules: bool = False) -> dict[Path, Path]:
    """Make release and solutions in the assignment's language, below the scratch folder ``target``.

    With ``modules`` the release of module files is made too; it is made in any case where there is one already.

    Returns:
        Each folder that was made, by the place in the course where it belongs.

    Raises:
        ConversionError: The folders could not be made, or a release would give something away (`leaks.LeakError`).
        SourceError: The release of module files could not be made.
    """
    course, name, language = assignment.course, assignment.name, assignment.language
    if modules and not assignment.modules:
        raise SourceError(
            f"{name} has no release of module files: {assignment.settings_file} names none of the files in which its "
            "problems are solved ([[modules]])"
        )
    target.mkdir(parents=True, exist_ok=True)
    convert(assignment, config_for(course, target, language))
    made = {
        course.release(name, language): target / "release" / name,
        course.solutions(name, language): target / "solutions" / name,
    }
    leaks.refuse_release(assignment, made[course.release(name, language)])
    place = course.module_release(name, language)
    if modules or place.exists():
        made[place] = target / "release" / place.name
        module_release.make(assignment, made[course.release(name, language)], made[place])
        leaks.refuse_release(assignment, made[place])
    return made


def build_all(
    assignment: Assignment, target: Path, *, modules: bool = False, tell: Callable[[str], None] = lambda _text: None
) -> dict[Path, Path]:
    """Make release and solutions in all languages; see `build_language`. ``tell`` is told which is made next."""
    made: dict[Path, Path] = {}
    for language in assignment.languages:
        tell(f"release and solutions in {language}")
        made |= build_language(assignment.in_language(language), target / language, modules=modules)
    return made
