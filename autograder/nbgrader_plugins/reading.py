"""Reads each submission once for ``nbgrader autograde``, which comes to it three times.

nbgrader calls a hook before it touches a submission, then an exporter to read its notebook, and in its second pass the
step that marks. They share what was read; it is kept for one submission, the one that nbgrader is at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.submissions.collect import SubmittedFiles, collect
from autograder.submissions.read import RepairedSubmission, read_submission


@dataclass(frozen=True)
class _Read:
    folder: Path
    # A server that nbgrader runs in may live for long, and the assignment may be edited meanwhile.
    assignment: tuple[tuple[Path, int], ...]
    files: SubmittedFiles


_last: tuple[_Read, RepairedSubmission] | None = None


def read_folder(assignment: Assignment, folder: Path) -> RepairedSubmission:
    """Return the submission in a folder; it is parsed again only when anything has changed.

    Raises:
        Rejected: It is no submission of this assignment.
    """
    global _last  # noqa: PLW0603 - nbgrader makes its steps anew for each submission, so they cannot hold it
    files = *assignment.notebook_files, assignment.folder / "assignment.toml"
    times = tuple((file, file.stat().st_mtime_ns) for file in files if file.is_file())
    asked = _Read(folder.resolve(), times, collect(folder))
    if _last is None or _last[0] != asked:
        _last = None  # two submissions need not be held at a time
        _last = asked, read_submission(assignment, asked.files)
    # What was read stays; hidden tests, catalogues and the like are those of now.
    read = _last[1]
    return replace(read, assignment=assignment.in_language(read.assignment.language))


def submission_of(parent: Any, names: dict[str, str]) -> RepairedSubmission:
    """Return the submission that one of nbgrader's steps is at.

    Args:
        parent: The object whose configuration says where submissions are.
        names: nbgrader's names of the ``student`` and the ``assignment``.

    Raises:
        Rejected: It is no submission of this assignment.
    """
    return read_folder(Assignment.here(names["assignment"]), submitted_folder(parent, names))


def submitted_folder(parent: Any, names: dict[str, str]) -> Path:
    """Return the folder of a submission; see `submission_of`."""
    folders = CourseDirectory(parent=parent)
    return Path(folders.format_path(folders.submitted_directory, names["student"], names["assignment"]))
