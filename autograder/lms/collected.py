"""Keeps what downloads said of an assignment's hand-ins: ``classroom/collected/<assignment>.json``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder.course.course import Course, CourseError


class Came(msgspec.Struct, forbid_unknown_fields=True):
    """What a download said of one student's hand-in.

    Attributes:
        site: ``canvas`` or ``moodle``.
        key: The site's id of the student; where students are anonymous on Canvas, ``anon_<anonymous id>``.
        owner: The id of the user whose hand-in it is on Canvas: of a group, one of its members.
        called: What the download calls the student.
        hidden: Whether the site hid who it is, so that the student is one who is known by nothing else.
        late: Whether the site says that it came late.
        submitted: When it came, as ``timestamp.txt`` has it; empty where nothing says so.
        attachments: What the files are called on Canvas, by Canvas' numbers of them.
        digest: The digest of the files that were written, without ``timestamp.txt``.
    """

    site: str
    key: str
    owner: str
    called: str
    hidden: bool = False
    late: bool = False
    submitted: str = ""
    attachments: dict[str, str] = {}
    digest: str = ""


def collected_file(course: Course, assignment: str) -> Path:
    """Return the file for an assignment."""
    return course.classroom / "collected" / f"{assignment}.json"


def read_collected(course: Course, assignment: str) -> dict[str, Came]:
    """Return what was collected of an assignment, by student; nothing where nothing was.

    Raises:
        CourseError: The file is damaged.
    """
    file = collected_file(course, assignment)
    if not file.is_file():
        return {}
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Came])
    except (msgspec.MsgspecError, UnicodeDecodeError) as fault:
        raise CourseError(
            f"{file} is damaged ({fault}): move it away, and collect the download again with --replace"
        ) from fault


def write_collected(course: Course, assignment: str, collected: dict[str, Came]) -> None:
    """Write what was collected of an assignment; the file is whole at every moment."""
    file = collected_file(course, assignment)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(collected, order="deterministic"), indent=2) + b"\n")
    os.replace(draft, file)


def students_of(collected: Mapping[str, Came], site: str, *, hidden: bool) -> dict[str, str]:
    """Return the students whom a site knows by its own ids, by these ids.

    Args:
        collected: As `read_collected` returns it.
        site: ``canvas`` or ``moodle``.
        hidden: Whether those are asked for who were hidden.
    """
    return {came.key: student for student, came in collected.items() if came.site == site and came.hidden is hidden}
