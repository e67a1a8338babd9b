"""Takes a course that was made for plain nbgrader into this kit, for `autograder adopt`.

Of each assignment ``assignment.toml`` is written, and ``nbgrader_config.py`` gets the lines that name the kit's steps.
Notebooks, submissions and the gradebook stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.course.assignment_settings import FILE, read_assignment_settings
from autograder.course.course import CONFIG, Course, CourseError
from autograder.course.nbgrader_app import load_config
from autograder.course.settings_words import toml
from autograder.release.course_survey import Survey, survey

WIRING = "autograder.nbgrader_plugins.wiring"
LINES = f"""
# Release, marking and feedback by autograder. Without these lines the course is marked by plain nbgrader again.
from {WIRING} import wire  # noqa: E402

wire(c)
"""
# Folders where this kit looks for what nbgrader can be told to have elsewhere.
FIXED = {"source_directory": "source", "release_directory": "release"}
# What `wire` sets, and a course may have set before.
REPLACED = {
    "GenerateAssignment": ("preprocessors",),
    "GenerateSolution": ("preprocessors",),
    "Autograde": ("sanitize_preprocessors", "autograde_preprocessors", "exporter_class", "pre_convert_hook"),
    "GenerateFeedback": ("preprocessors", "exporter_class"),
    "ExportApp": ("plugin_class",),
    "AssignLatePenalties": ("plugin_class",),
}


@dataclass(frozen=True)
class Adopted:
    """One assignment that was adopted.

    Attributes:
        survey: What it consists of.
        settings: Its ``assignment.toml``.
        written: Whether that was written now, and was not there before.
        in_kernel: The problems whose check cells give the points.
        tested: The problems that have hidden tests.
        left: The problems with a check cell of which neither is said: new ones, where it was adopted before.
    """

    survey: Survey
    settings: Path
    written: bool
    in_kernel: list[str]
    tested: list[str]
    left: list[str]


@dataclass(frozen=True)
class Adoption:
    """What was done with a course.

    Attributes:
        course: The course.
        assignments: Its assignments.
        wired: Whether the lines were added to its configuration now.
        replaced: What the course's configuration had set itself, and the kit sets otherwise.
    """

    course: Course
    assignments: list[Adopted]
    wired: bool
    replaced: list[str]


def adopt(root: Path, assignment: str = "") -> Adoption:
    """Adopt a course's assignments; one that was adopted before stays as it is, and is looked at again.

    Args:
        root: The course's folder: that of ``nbgrader_config.py`` and ``source/``.
        assignment: The assignment that is adopted; all of ``source/`` when empty.

    Raises:
        CourseError: There is no such course or assignment, or it cannot be marked as it is. Nothing is written then.
    """
    course = Course(root.resolve())
    source = course.root / "source"
    if not source.is_dir():
        raise CourseError(f"no course in {root}: it has no folder source/, where nbgrader's assignments are")
    replaced = _look_at_config(course)
    names = [assignment] if assignment else sorted(one.name for one in source.iterdir() if _holds_notebooks(one))
    if not names:
        raise CourseError(f"no assignments in {source}: nbgrader has a folder with notebooks for each")
    if assignment and not (source / assignment).is_dir():
        there = ", ".join(sorted(one.name for one in source.iterdir() if _holds_notebooks(one)))
        raise CourseError(f"no assignment {assignment!r} in {source}: there are {there or 'none'}")
    # All are looked at before anything is written.
    surveys = [survey(name, source / name) for name in names]
    assignments = [_adopt(course, one) for one in surveys]
    return Adoption(course, assignments, _wire(course), replaced)


def _holds_notebooks(folder: Path) -> bool:
    return folder.is_dir() and any(folder.glob("*.ipynb"))


def _look_at_config(course: Course) -> list[str]:
    """Return what a course's configuration sets and the kit sets otherwise.

    Raises:
        CourseError: The configuration cannot be read, or names folders that this kit does not know.
    """
    if not (course.root / CONFIG).is_file():
        return []
    try:
        config = load_config(course)
    except Exception as fault:  # it is a program, and raises what it will
        raise CourseError(f"{course.root / CONFIG} cannot be run: {type(fault).__name__}: {fault}") from fault
    for trait, wanted in FIXED.items():
        found = getattr(CourseDirectory(config=config), trait)
        if Path(found) not in (Path(wanted), course.root / wanted):
            raise CourseError(
                f"{CONFIG} has c.CourseDirectory.{trait} = {found!r}, and this kit looks in {wanted}/: rename the "
                "folder, and take the line out"
            )
    return [] if is_wired(course) else [*_replaced(config)]


def _replaced(config: Config) -> Iterator[str]:
    for name, traits in REPLACED.items():
        yield from (f"c.{name}.{trait}" for trait in traits if name in config and trait in config[name])


def is_wired(course: Course) -> bool:
    """Return whether a course's configuration names this kit."""
    file = course.root / CONFIG
    return file.is_file() and WIRING in file.read_text(encoding="utf-8")


def _wire(course: Course) -> bool:
    if is_wired(course):
        return False
    file = course.root / CONFIG
    before = file.read_text(encoding="utf-8") if file.is_file() else "c = get_config()  # noqa: F821\n"
    file.write_text(before.rstrip("\n") + "\n" + LINES, encoding="utf-8")
    return True


def _adopt(course: Course, found: Survey) -> Adopted:
    file = course.assignments / found.name / FILE
    written = not file.is_file()
    if written:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(settings_text(found), encoding="utf-8")
    settings = read_assignment_settings(file)
    tested = sorted(one.removeprefix("test_") for one in _hidden(file.parent))
    known = {*settings.in_kernel, *tested}
    left = [problem for problem in found.checked if problem not in known]
    return Adopted(found, file, written, settings.in_kernel, tested, left)


def _hidden(folder: Path) -> Sequence[str]:
    return [one.stem for one in (folder / "hidden").glob("test_*.py")]


def settings_text(found: Survey) -> str:
    """Return the ``assignment.toml`` of an assignment whose check cells all give their points themselves."""
    lines = [
        f"# What autograder must know of {found.name} besides its notebooks; see `autograder docs assignment-toml`",
        f"title = {toml(found.name)}",
    ]
    if list(found.notebooks) != [found.name]:
        lines.append(f"notebooks = {toml(list(found.notebooks))}")
    if found.checked:
        lines += [
            "",
            "# The code of these problems' check cells gives the points, in the kernel of the student's code.",
            "# To move a problem to hidden tests, write hidden/test_<problem>.py and take its name out.",
            "in_kernel = [",
            *(f"    {toml(problem)}," for problem in found.checked),
            "]",
        ]
    return "\n".join([*lines, "", "requirements = []", ""])
