"""Reads what Canvas lets an instructor download of an assignment.

The rules are those of https://github.com/instructure/canvas-lms:

- A file of ``submissions.zip`` is called ``<name>_<LATE>_<user>_<attachment>_<file>`` (``lib/content_zipper.rb``:
  ``add_upload_submission``, ``get_filename``). The name is that by which Canvas sorts, ``lovelaceada``, in small
  letters and without all that is no letter, mark, digit or underscore; so it may hold numbers between underscores.
  ``LATE`` stands there where it came late. What was handed in as text or as an address is
  ``<name>_<user>_text.html`` or ``_link.html``.
- Where students are anonymous, ``anon_<anonymous id>`` stands for name and user.
- Of a group one student stands for all, and the name is the group's (``assignment.representatives``).
- Only the last attempt is in it. A file that was handed in again may be called ``name-1.ipynb``, for one of that name
  was there (``app/models/attachment.rb``: ``make_unique_filename``).
- The times of the zip's entries are those of the download: ``get_output_stream`` gives them none. When something was
  handed in nothing in the zip says; Canvas' API does (``submitted_at`` of
  ``/api/v1/courses/:course/assignments/:assignment/submissions``), and writes ``while(1);`` before it in a browser.
- Feedback files find their submission by user and attachment (``app/models/abstract_assignment.rb``:
  ``infer_comment_context_from_filename``), and are shown under the name of the attachment.
- The gradebook that is exported has a row for each student; see `autograder.nbgrader_plugins.exports.canvas`.
- The file of a group set's members has the columns ``canvas_user_id``, ``group_name`` and ``canvas_group_id``
  (``/api/v1/group_categories/:id/export``).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from autograder.course.course import CourseError
from autograder.lms.download import Download
from autograder.lms.hand_ins import HandedFile, HandIn, Person, Reading
from autograder.lms.worksheet import Worksheet

SITE = "Canvas"
STARTS = (["Student", "ID"], ["LastName", "FirstName", "ID"])
POINTS = "Points Possible"
LATE, ANONYMOUS = "LATE", "anon"
# What is handed in online, and is no file.
TYPED = re.compile(r"(text|link)(-\d+)?\.html")
# Ruby's [[:word:]]: letters, marks, digits and connectors.
WORD = re.compile(r"L.|M.|Nd|Pc")
LOGIN = "SIS Login ID"
# Who is nobody: what a teacher sees as a student (``StudentViewEnrollment``).
TEST_STUDENT = "Student, Test"
PREFIX = "while(1);"
GROUP_COLUMNS = ("canvas_user_id", "canvas_group_id", "group_name")


@dataclass(frozen=True)
class StudentColumns:
    """Where a gradebook of Canvas' says who a student is.

    Attributes:
        key: The column of Canvas' own id.
        section: The last column that says something of a student.
    """

    key: int
    section: int


def student_columns(sheet: Worksheet, file: Path | str) -> StudentColumns:
    """Return where a gradebook says who a student is.

    Raises:
        CourseError: It is no gradebook of Canvas'.
    """
    header = sheet.rows[0]
    start = next((names for names in STARTS if header[: len(names)] == names), None)
    if start is None or "Section" not in header:
        raise CourseError(
            f"{file} is no gradebook of Canvas, which begins with Student, ID and has a column Section: "
            "export it with Grades, Export, Export Entire Gradebook"
        )
    return StudentColumns(len(start) - 1, header.index("Section"))


def student_rows(sheet: Worksheet) -> list[int]:
    """Return the rows of students, by index."""
    # Canvas takes the points from every row that says so, whoever is called like this.
    return [
        index for index, row in enumerate(sheet.rows) if index and POINTS not in row[0] and not _says_how_posted(row)
    ]


def _says_how_posted(row: list[str]) -> bool:
    """Return whether a row says which assignments are posted by hand (``check_for_non_student_row``)."""
    return all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row)


def people_in(file: Path, id_column: str = "") -> dict[str, Person]:
    """Return the students of an exported gradebook, by Canvas' id.

    Args:
        file: The gradebook, as Canvas exported it.
        id_column: The header of the column with the ids that new students get; ``SIS Login ID`` when empty.

    Raises:
        CourseError: It is none of Canvas', or has no such column.
    """
    sheet = Worksheet.read(file)
    header, columns = sheet.rows[0], student_columns(sheet, file)
    known = header[columns.key + 1 : columns.section]
    if id_column and id_column not in known:
        raise CourseError(f"{file} has no column {id_column!r} that says who a student is; it has {', '.join(known)}")
    found: dict[str, Person] = {}
    for index in student_rows(sheet):
        row = sheet.rows[index]
        key = row[columns.key].strip()
        first, last = _parts(row[: columns.key])
        said = dict(zip(known, row[columns.key + 1 : columns.section], strict=True))
        found[key] = Person(
            key=key,
            name=", ".join(filter(None, (last, first))),
            ids=(key, *said.values()),
            student=said.get(id_column or LOGIN, "").strip(),
            email=next((one.strip() for one in said.values() if "@" in one), ""),
            first_name=first,
            last_name=last,
        )
    return found


def _parts(names: list[str]) -> tuple[str, str]:
    """Return first and last name of the cells that hold them."""
    # Canvas quotes a name that begins like a formula so that spreadsheets show it: ="=name" (``student_name``).
    plain = [re.sub(r'^="(.*)"$', r"\1", one, flags=re.DOTALL).strip() for one in names]
    if len(plain) > 1:
        return plain[1], plain[0]
    last, _, first = plain[0].partition(",")
    return first.strip(), last.strip()


class FileName(NamedTuple):
    """One way to read the name of a file in ``submissions.zip``."""

    called: str
    key: str
    attachment: str
    file: str
    late: bool
    nameless: bool = False


def readings_of(name: str) -> list[FileName]:
    """Return all ways in which a file's name can be read: names of people and of files may hold numbers, too."""
    parts = name.split("_")
    found = []
    start = 1 if parts[0] == LATE else 0
    if parts[start : start + 1] == [ANONYMOUS] and len(parts) > start + 2:
        key, rest = f"{ANONYMOUS}_{parts[start + 1]}", parts[start + 2 :]
        if (file := _file_of(rest)) is not None:
            found.append(FileName(key, key, *file, late=bool(start), nameless=True))
    for place, part in enumerate(parts):
        if re.fullmatch(r"[0-9]+", part) and (file := _file_of(parts[place + 1 :])) is not None:
            before = parts[:place]
            late = before[-1:] == [LATE]
            found.append(FileName("_".join(before[:-1] if late else before), part, *file, late=late))
    return found


def _file_of(rest: list[str]) -> tuple[str, str] | None:
    """Return attachment and name of a file by what stands behind the user; None where that is no such thing."""
    if len(rest) == 1 and TYPED.fullmatch(rest[0]):
        return "", rest[0]
    if len(rest) > 1 and re.fullmatch(r"[0-9]+", rest[0]) and "_".join(rest[1:]):
        return rest[0], "_".join(rest[1:])
    return None


def name_in_files(name: str) -> str:
    """Return what a student is called in ``submissions.zip``; see ``sanitize_user_name`` and ``sanitize_file_name``."""
    small = re.sub(r"_(\d+)_", r"\1", name).lower()
    return "".join(letter for letter in _nfc(small) if WORD.fullmatch(unicodedata.category(letter)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def read(
    download: Download,
    names: Mapping[str, str],
    groups: Mapping[str, Group] = MappingProxyType({}),
) -> Reading:
    """Return what was handed in.

    Args:
        download: ``submissions.zip``, or the folder that it was unpacked into.
        names: What the students of the course are called, by Canvas' id, as far as that is known.
        groups: The group of each user, where students hand in together.
    """
    left = dict(download.refused)
    read_as = {member: readings_of(member.name.rpartition("/")[2]) for member in download.members}
    nameless = bool(read_as) and all(any(one.nameless for one in ways) for ways in read_as.values())
    found: dict[str, HandIn] = {}
    for member, ways in read_as.items():
        way = _only([one for one in ways if one.nameless is nameless], names, groups)
        if way is None:
            left[member.name] = (
                "its name can be read in several ways, and none is that of a student who is known: give --roster, the "
                "gradebook that Canvas exported at the same time"
                if ways
                else "it is not called as Canvas calls what was handed in"
            )
            continue
        keys = groups[way.key].members if way.key in groups else (way.key,)
        hand_in = found.setdefault(way.key, HandIn(keys, way.called or way.key, owner=way.key, nameless=way.nameless))
        hand_in.late |= way.late
        hand_in.files.append(HandedFile(member, way.file, way.attachment))
    return Reading(list(found.values()), left)


def _only(ways: list[FileName], names: Mapping[str, str], groups: Mapping[str, Group]) -> FileName | None:
    """Return the one way in which a name is to be read; None where that is not certain."""
    # One that stands alone is certain, whatever the name.
    if len(ways) == 1:
        return ways[0]
    called = {key: {name} for key, name in names.items()}
    for key, group in groups.items():
        called.setdefault(key, set()).add(group.name)
    named = [one for one in ways if _nfc(one.called) in {name_in_files(name) for name in called.get(one.key, ())}]
    return named[0] if len(named) == 1 else None


def times_in(files: Iterable[Path]) -> dict[str, datetime]:
    """Return when what counts was handed in, by Canvas' id of the user, and by ``anon_<anonymous id>``.

    Args:
        files: What Canvas' API says of an assignment's submissions, as JSON, a file for each page of it.

    Raises:
        CourseError: One is missing, or something else.
    """
    found: dict[str, datetime] = {}
    for file in files:
        for entry in _entries(file):
            when = entry.get("submitted_at")
            if not when:
                continue
            try:
                time = datetime.fromisoformat(str(when)).astimezone(UTC)
            except ValueError as fault:
                raise CourseError(f"{file}: submitted_at is {when!r}, and no time: {AGAIN}") from fault
            for key, said in (("{}", entry.get("user_id")), (f"{ANONYMOUS}_{{}}", entry.get("anonymous_id"))):
                if said is not None:
                    found[key.format(said)] = time
    return found


AGAIN = (
    "open CANVAS/api/v1/courses/COURSE/assignments/ASSIGNMENT/submissions?per_page=100 in the browser in which you are "
    "signed in, and save it"
)


def _entries(file: Path) -> list[dict[str, Any]]:
    try:
        said = json.loads(file.read_text(encoding="utf-8").strip().removeprefix(PREFIX))
    except OSError as fault:
        raise CourseError(f"{file} cannot be read: {fault.strerror}") from fault
    except (ValueError, RecursionError) as fault:
        raise CourseError(f"{file} is no JSON of Canvas' ({fault}): {AGAIN}") from fault
    if not isinstance(said, list) or not all(isinstance(one, dict) and "submitted_at" in one for one in said):
        raise CourseError(f"{file} is no list of submissions, each with submitted_at: {AGAIN}")
    return said


@dataclass(frozen=True)
class Group:
    """A group of students.

    Attributes:
        name: As Canvas writes it.
        members: Canvas' ids of its members.
    """

    name: str
    members: tuple[str, ...]


def groups_in(file: Path) -> dict[str, Group]:
    """Return the group of each member of a group set, by Canvas' ids of users.

    Args:
        file: The group set, as Canvas exported it.

    Raises:
        CourseError: It is another file.
    """
    sheet = Worksheet.read(file)
    try:
        user, group, name = (sheet.rows[0].index(one) for one in GROUP_COLUMNS)
    except ValueError as fault:
        raise CourseError(
            f"{file} has not the columns {', '.join(GROUP_COLUMNS)}: download it with People, the group set, Import, "
            "Download Course Roster CSV"
        ) from fault
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sheet.rows[1:]:
        if row[group].strip():
            together[row[group].strip(), row[name]].append(row[user].strip())
    groups = [Group(called, tuple(members)) for (_, called), members in together.items()]
    return {member: group for group in groups for member in group.members}
