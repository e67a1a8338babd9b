"""Picks what of a course is needed to mark one assignment: its source, its hidden tests, its solution, the salt."""

from __future__ import annotations

from pathlib import Path

from autograder.bundles.wheels import package_files
from autograder.course.assignment import PACKAGES, Assignment
from autograder.course.course import CONFIG, PUBLIC_SALT, SALT_FILE, CourseError
from autograder.course.paths import KIT_ROOT, PACKAGE
from autograder.nbgrader_plugins.release_steps import RELEASED_SUFFIXES

# In a bundle the assignment is the course's own, in the usual place, wherever it lies at home.
HERE = b'\nc.Assignments.directory = "assignments"\n'


def course_files(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of a course with this one assignment, by their names below the course's folder.

    No submission and no gradebook is among them, and of another assignment only what a sequel shares with it.

    Raises:
        CourseError: The solutions have not been made, or the course has no configuration.
    """
    course = assignment.course
    config, solutions = course.root / CONFIG, course.solutions(assignment.name)
    if not config.is_file():
        raise CourseError(f"no {CONFIG} in {course.root}: run this in the course's folder")
    # Both raise where something is missing, before a bundle is made that could mark nothing.
    assignment.problems, assignment.reference  # noqa: B018
    elsewhere = course.assignments != course.root / "assignments"
    files = {CONFIG: config.read_bytes() + (HERE if elsewhere else b"")}
    for folder in (course.source(assignment.name), solutions):
        files |= {f"{folder.parent.name}/{name}": data for name, data in package_files(folder)}
    provided = f"{assignment.name}/{PACKAGES}/"
    left_out = (provided, f"{assignment.name}/demo_class/")
    files |= {
        f"assignments/{name}": data for name, data in package_files(assignment.folder) if not name.startswith(left_out)
    }
    for earlier in assignment.earlier:
        # A sequel's hidden tests may import what these share, and it takes over what their catalogues translate.
        texts = earlier.folder.glob("locale/*/LC_MESSAGES/*.po")
        for file in (*earlier.folder.glob("*.py"), earlier.settings_file, *texts):
            name = file.relative_to(earlier.folder).as_posix()
            files[f"assignments/{earlier.name}/{name}"] = file.read_bytes()
    for folder in assignment.package_folders.values():
        released = ((name, data) for name, data in package_files(folder) if Path(name).suffix in RELEASED_SUFFIXES)
        files |= {f"assignments/{provided}{name}": data for name, data in released}
    if course.salt != PUBLIC_SALT:
        files[SALT_FILE] = course.salt.encode()
    return files


def salt_remark(assignment: Assignment) -> str:
    """Return what to do about a course without a salt; nothing where it has one."""
    if assignment.course.salt != PUBLIC_SALT:
        return ""
    return (
        "this course has no salt of its own, so that whoever has the kit can compute the hidden inputs: write a secret "
        f"into {SALT_FILE} beside {CONFIG}, and bundle again"
    )


def kit_files() -> dict[str, bytes]:
    """Return the files of the kit, as they lie where packages are installed, without the assignments that lie in it."""
    return {
        name: data
        for folder in (PACKAGE, KIT_ROOT / "autograder_client")
        for name, data in package_files(folder)
        if not name.startswith(f"{PACKAGE.name}/assignments/") or name.count("/") == 2
    }
