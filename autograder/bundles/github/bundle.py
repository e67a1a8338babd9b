"""Writes the folders of the two repositories: the private one, with all that marks, and what goes to students."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from autograder.bundles.course_files import course_files, kit_files
from autograder.bundles.github.settings import SETTINGS, Settings
from autograder.bundles.pins import pinned
from autograder.bundles.wheels import kit
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.handing_in import Shows, read_rules

FILES = Path(__file__).with_name("files")
# Where each file goes, below the folder that is made.
PRIVATE, STUDENTS = "private", "template"
PLACES = {
    "action.yml": f"{PRIVATE}/action.yml",
    "setup.sh": f"{PRIVATE}/setup.sh",
    "namespaces.sh": f"{PRIVATE}/namespaces.sh",
    "mark-class.yml": f"{PRIVATE}/.github/workflows/mark-class.yml",
    "README.md": f"{PRIVATE}/README.md",
    "classroom.yml": f"{STUDENTS}/.github/workflows/classroom.yml",
}
REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class BundleRequest:
    """What is asked for.

    Attributes:
        repository: The private repository, as ``OWNER/NAME``.
        python: The version of Python in jobs, such as ``3.12``.
        unisolated: Whether hand-ins are marked even where there is no isolation at all.
    """

    repository: str
    python: str = "{}.{}".format(*sys.version_info)
    unisolated: bool = False


def write_bundle(assignment: Assignment, folder: Path, request: BundleRequest) -> list[Path]:
    """Write the folders of both repositories into a new folder, and return them.

    Args:
        assignment: What is to be marked.
        folder: The new folder; it may be there, with what was made before, whose place this takes.
        request: What is asked for.

    Raises:
        CourseError: Something of the assignment is missing; its rules cannot be kept there; it is no name of a
            repository.
    """
    if not REPOSITORY.fullmatch(request.repository):
        raise CourseError(f"{request.repository!r} is no name of a repository: write it as OWNER/NAME")
    rules = read_rules(assignment.course)[assignment.name]
    if rules.shows is not Shows.AT_ONCE:
        raise CourseError(
            f"handing_in.toml says that students see {rules.shows} of {assignment.name}, but a job on GitHub shows all "
            f"of it: make that {Shows.AT_ONCE}, or let them hand in elsewhere"
        )
    settings = Settings(assignment.name, request.unisolated, rules.hints)
    marks = {f"course/{name}": data for name, data in course_files(assignment).items()}
    marks[f"course/{SETTINGS}"] = msgspec.json.encode(settings)
    pins = pinned([*kit().requires, *assignment.requirements], request.python)
    marks["requirements.txt"] = "".join(f"{line}\n" for line in pins.lines).encode()
    marks[f"wheels/{kit().file_name}"] = kit().wheel(kit_files())
    filled = {
        "ASSIGNMENT": assignment.name,
        "DIGEST": hashlib.sha256(msgspec.msgpack.encode(sorted(marks.items()))).hexdigest()[:16],
        "PYTHON": request.python,
        "REPOSITORY": request.repository,
    }
    files = {f"{PRIVATE}/{name}": data for name, data in marks.items()}
    files |= {place: _filled(FILES / name, filled) for name, place in PLACES.items()}
    if (folder / PLACES["action.yml"]).is_file():
        # Of what was made before, nothing may be left that is no longer there.
        for old in {name.partition("/")[0] for name in marks if "/" in name}:
            shutil.rmtree(folder / PRIVATE / old, ignore_errors=True)
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    # It holds the solution, the hidden tests and the salt.
    (folder / PRIVATE).chmod(0o700)
    return [folder / PRIVATE, folder / STUDENTS]


def _filled(file: Path, values: dict[str, str]) -> bytes:
    text = file.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text.encode()
