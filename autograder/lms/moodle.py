"""Reads what Moodle lets an instructor download of an assignment.

The rules are those of ``mod/assign`` of https://github.com/moodle/moodle:

- What one student handed in is called ``<full name>_<participant>_assignsubmission_<plugin>``: a folder, with a further
  ``_`` behind it before Moodle 4.1; or, without *Download submissions in folders*, the beginning of each file's name,
  ``..._<file>`` (``classes/downloader.php``, before that ``locallib.php``: ``download_submissions``). The plugin is
  ``file``, or ``onlinetext`` for a text that was typed.
- Before Moodle 4.1, the group's name and a hyphen stand before the student's where the assignment has groups.
- Underscores in names become blanks, and ``clean_filename`` takes out what no file can be called: ``O'Brien`` is
  ``OBrien`` there.
- The participant's number stands for one student in one assignment (the table ``assign_user_mapping``). Who it is, the
  grading worksheet says alone (``gradingtable.php``). Where the assignment is marked anonymously, a word for
  *Participant* stands for the name, and a teacher's worksheet has no names either.
- Of a group, its name and its own number stand there, or the words for *Default group* and no number. The worksheet has
  a column with the name of each student's group. That number may be that of a participant, too: so a number counts only
  with the name that the worksheet has for it.
- Only the last attempt is in it, and what is a draft as well.
- The times of the zip's entries are those of the download. When something was handed in, the worksheet says, to the
  minute: in the teacher's language and time zone, and without naming it (``col_timesubmitted``: ``userdate``).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from autograder.course.course import CourseError
from autograder.lms.download import Download, Member
from autograder.lms.hand_ins import HandedFile, HandIn, Person, Reading
from autograder.lms.worksheet import Worksheet, number_in

SITE = "Moodle"
# The least that a worksheet has left of the grade: identifier and status.
BEFORE_GRADE = 2
PLACE = re.compile(r"(?P<called>[^_]*)(?:_(?P<number>[0-9]+))?_assignsubmission_[a-z0-9]+(?:_(?P<file>.*))?", re.DOTALL)
# ``clean_param`` for PARAM_FILE.
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f&<>\"`|':\\/]")
NO_TIME = "-"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# ``strftimedaydatetime`` of the language packs: "Sunday, 1 March 2026, 11:59 PM"; in America the month comes first.
CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?"
TIMES = (
    re.compile(rf"(?:\w+,\s+)?(?P<day>\d{{1,2}})\s+(?P<month>[A-Za-z]+)\s+(?P<year>\d{{4}}),\s+{CLOCK}"),
    re.compile(rf"(?:\w+,\s+)?(?P<month>[A-Za-z]+)\s+(?P<day>\d{{1,2}}),\s+(?P<year>\d{{4}}),\s+{CLOCK}"),
    re.compile(
        r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日[^\d上下]*(?P<half>[上下]?)午?\s*"
        r"(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    ),
)


class GradingSheet(NamedTuple):
    """A grading worksheet, and where things stand in it.

    Attributes:
        sheet: The worksheet.
        grade: The column of the grades; what identifies a student stands left of it.
        times: The column of the times at which something was handed in; None where none can be read.
    """

    sheet: Worksheet
    grade: int
    times: int | None

    def rows(self) -> list[list[str]]:
        """Return the rows of students."""
        return self.sheet.rows[1:]


def is_grading_sheet(sheet: Worksheet) -> bool:
    """Return whether a file begins with identifiers, as ``Participant 123``."""
    return len(sheet.rows) > 1 and all(re.search(r"\d$", cell.strip()) for cell in sheet.column(0))


def number_of(identifier: str) -> str:
    """Return the number in an identifier, ``Participant 123``, in any language."""
    found: list[str] = re.findall(r"\d+", identifier)
    return found[-1]


def grade_columns(sheet: Worksheet) -> list[int]:
    """Return the columns that look like that of the grades: left of the same maximum in every row."""
    return [index for index in range(BEFORE_GRADE, len(sheet.rows[0]) - 1) if _is_grade(sheet, index)]


def _is_grade(sheet: Worksheet, index: int) -> bool:
    """Return whether a column holds grades: blanks or numbers, left of the same maximum in every row."""
    most = number_in(sheet.rows[1][index + 1])
    if not most or len(set(sheet.column(index + 1))) != 1:
        return False
    grades = [number_in(cell) for cell in sheet.column(index) if cell.strip()]
    return all(grade is not None and grade <= most for grade in grades)


def grading_sheet(file: Path) -> GradingSheet:
    """Read a grading worksheet.

    Raises:
        CourseError: It is missing, or another file.
    """
    sheet = Worksheet.read(file)
    columns = grade_columns(sheet) if is_grading_sheet(sheet) else []
    if len(columns) != 1:
        raise CourseError(
            f'{file} is no grading worksheet of Moodle, which begins with identifiers, as "Participant 123", and has '
            "the grade left of its maximum: download it with Submissions, Download grading worksheet"
        )
    grade = columns[0]
    # Behind it stand, after the texts that students typed, the times of grading, too: the first column counts.
    with_times = [index for index in range(grade + 2, len(sheet.rows[0])) if _has_times(sheet.column(index))]
    return GradingSheet(sheet, grade, min(with_times, default=None))


def _has_times(cells: list[str]) -> bool:
    said = [cell.strip() for cell in cells if cell.strip() not in {"", NO_TIME}]
    return bool(said) and all(time_in(cell) for cell in said)


def time_in(text: str) -> datetime | None:
    """Return a time as Moodle writes it in English or Chinese, without a zone; None for another text."""
    for form in TIMES:
        if found := form.fullmatch(text.strip()):
            month = found["month"]
            number = int(month) if month.isdecimal() else 1 + MONTHS.index(month) if month in MONTHS else 0
            hour = int(found["hour"])
            if half := found["half"]:
                hour = hour % 12 + 12 * (half in "Pp下")
            try:
                return datetime(int(found["year"]), number, int(found["day"]), hour, int(found["minute"]))
            except ValueError:
                return None
    return None


def people_in(graded: GradingSheet, id_column: str = "") -> dict[str, Person]:
    """Return the students of a worksheet, by the participant's number.

    Args:
        graded: The worksheet.
        id_column: The header of the column with the ids that new students get; that of the addresses when empty.

    Raises:
        CourseError: It has no such column left of the grade.
    """
    header = graded.sheet.rows[0]
    known = {name: index for index, name in enumerate(header[: graded.grade]) if index > 1}
    emails = [index for index in known.values() if all("@" in cell for cell in graded.sheet.column(index))]
    if id_column and id_column not in known:
        raise CourseError(f"the worksheet has no column {id_column!r} left of the grade; it has {', '.join(known)}")
    column = known[id_column] if id_column else min(emails, default=None)
    found = {}
    for row in graded.rows():
        key = number_of(row[0])
        found[key] = Person(
            key=key,
            name=row[1],
            ids=(row[0], *row[2 : graded.grade]),
            student=row[column].strip() if column is not None else "",
            email=row[emails[0]].strip() if emails else "",
            last_name=row[1].strip(),
        )
    return found


def times_of(graded: GradingSheet, zone: ZoneInfo) -> dict[str, datetime]:
    """Return when each participant handed in, in UTC, by the participant's number.

    Where a clock shows an hour twice, it is the earlier one, which costs nobody anything.
    """
    if graded.times is None:
        return {}
    said = {number_of(row[0]): time_in(row[graded.times]) for row in graded.rows()}
    return {key: when.replace(tzinfo=zone).astimezone(UTC) for key, when in said.items() if when}


def name_in_files(name: str) -> str:
    """Return what a student or a group is called in a download; see ``clean_filename``.

    What systems do to names that unpack the download is done to both sides: blanks at the end are lost, and letters may
    be put together in another way.
    """
    return " ".join(UNFIT.sub("", unicodedata.normalize("NFC", name).replace("_", " ")).split()).strip(" .")


@dataclass(frozen=True)
class Place:
    """What the name of a folder or file says: see `PLACE`."""

    called: str
    number: str
    file: str


def place_of(name: str) -> Place | None:
    """Return what a path in a download says; None where no part of it is called as Moodle calls it."""
    parts = name.split("/")
    for index, part in enumerate(parts):
        if found := PLACE.fullmatch(part):
            below = [one for one in (found["file"] or "", *parts[index + 1 :]) if one]
            return Place(name_in_files(found["called"]), found["number"] or "", "/".join(below)) if below else None
    return None


def read(download: Download, graded: GradingSheet) -> Reading:
    """Return what was handed in.

    Args:
        download: The zip, or the folder that it was unpacked into.
        graded: The worksheet of the same assignment.
    """
    left = dict(download.refused)
    together: dict[tuple[str, str], list[tuple[Member, Place]]] = {}
    for member in download.members:
        place = place_of(member.name)
        if place is None:
            left[member.name] = "it is not called as Moodle calls what was handed in"
        else:
            together.setdefault((place.called, place.number), []).append((member, place))
    rows = {number_of(row[0]): row for row in graded.rows()}
    single = {one for one in together if one[1] in rows and _is_called(rows[one[1]], one[0])}
    # Moodle lets either everybody or nobody hand in as a group.
    column = None if single else _group_column(graded, {called for called, _ in together})
    numbers = Counter(called for called, _ in together)
    found = []
    for (called, number), files in together.items():
        members = _members(graded, column, called) if column is not None else ()
        if (called, number) in single:
            members, nameless = (number,), _is_hidden(rows[number], called)
        elif members and numbers[called] == 1:
            nameless = False
        else:
            shown = f"{called}_{number}" if number else called
            left[shown] = _why_nobodys(rows.get(number), twice=bool(members))
            continue
        handed = [HandedFile(member, place.file) for member, place in files]
        found.append(HandIn(members, called, nameless=nameless, files=handed))
    return Reading(found, left)


def _is_hidden(row: list[str], called: str) -> bool:
    """Return whether names are hidden: Moodle's word for a participant stands in both places then."""
    return _ends_with(called, re.sub(r"\d+$", "", row[0].strip()))


def _is_called(row: list[str], called: str) -> bool:
    return _is_hidden(row, called) or _ends_with(called, row[1])


def _ends_with(called: str, name: str) -> bool:
    """Return whether a download's name is a student's; before Moodle 4.1, that of the group may stand before it."""
    plain = name_in_files(name)
    return called == plain or (bool(plain) and called.endswith((f"-{plain}", f" {plain}")))


def _group_column(graded: GradingSheet, called: Set[str]) -> int | None:
    """Return the column of groups: that with most of the names; None where there is none, or several are alike."""
    named = {
        index: len(called & {name_in_files(cell) for cell in graded.sheet.column(index)} - {""})
        for index in range(2, graded.grade)
    }
    most = max(named.values(), default=0)
    fitting = [index for index, count in named.items() if count == most]
    return fitting[0] if most and len(fitting) == 1 else None


def _members(graded: GradingSheet, column: int, called: str) -> tuple[str, ...]:
    return tuple(number_of(row[0]) for row in graded.rows() if called and name_in_files(row[column]) == called)


def _why_nobodys(row: list[str] | None, *, twice: bool) -> str:
    if twice:
        return "two groups are called so: rename one on Moodle, and download both files again"
    if row is not None:
        return f"{row[0]} is {row[1]!r} in the worksheet: download both files again, at the same time"
    return "the worksheet has no such participant, and no such group: is it that of this assignment?"
