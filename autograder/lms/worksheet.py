"""Reads the CSV file that a course site exported, and finds out which of its rows is whose."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from nbgrader.api import Student

from autograder.course.course import CourseError

DELIMITERS = ",;\t"
# A cell may hold a whole text that a student handed in online.
LONGEST_CELL = 2**24


@dataclass(frozen=True)
class Worksheet:
    """A CSV file as it came.

    Attributes:
        rows: Its cells, the header first; all rows are as long as the longest.
        delimiter: What stands between two cells.
        encoding: ``utf-8``, or ``utf-8-sig`` where the file begins with a byte order mark.
        lineterminator: What ends a line.
    """

    rows: list[list[str]]
    delimiter: str
    encoding: str
    lineterminator: str

    @classmethod
    def read(cls, file: Path) -> Worksheet:
        """Read a file.

        Raises:
            CourseError: It is missing, no UTF-8, empty or no CSV.
        """
        try:
            data = file.read_bytes()
        except OSError as fault:
            raise CourseError(f"{file} cannot be read: {fault.strerror}") from fault
        encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"
        again = "download it again, and do not save it in a spreadsheet program in between"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as fault:
            raise CourseError(f"{file} is not UTF-8 text: {again}") from fault
        if not text.strip():
            raise CourseError(f"{file} is empty: {again}")
        header = io.StringIO(text, newline="").readline()
        # As Canvas' importer does: the delimiter is the one that makes the most columns.
        delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([header], delimiter=one))))
        csv.field_size_limit(LONGEST_CELL)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            rows = [row for row in reader if row]
        except csv.Error as fault:
            raise CourseError(f"{file}, line {reader.line_num}: no CSV ({fault}): {again}") from fault
        width = max(map(len, rows))
        padded = [[*row, *[""] * (width - len(row))] for row in rows]
        return cls(padded, delimiter, encoding, "\r\n" if header.endswith("\r\n") else "\n")

    def column(self, index: int) -> list[str]:
        """Return the cells of a column, without its header."""
        return [row[index] for row in self.rows[1:]]


def number_in(text: str) -> float | None:
    """Return the number in a cell, in whatever language it is written: 1,234.50, 1.234,50 and 100; None in others.

    The last comma or point is the decimal one, as in Canvas' importer (``decimal_comma_to_period`` in
    ``lib/gradebook_importer.rb``).
    """
    if not re.fullmatch(r"[0-9]+([.,][0-9]+)*", text.strip()):
        return None
    *whole, last = re.split("[.,]", text.strip())
    return float(f"{''.join(whole)}.{last}" if whole else last)


def points_cell(points: float) -> str:
    """Return points as both importers read them in every language: with a point, and no more digits than needed."""
    return f"{points:.4f}".rstrip("0").rstrip(".")


@dataclass
class Matched:
    """Which row is whose.

    Attributes:
        students: The student of a row, by its index.
        doubtful: What is said of rows that may be several students', by index. They are nobody's.
    """

    students: dict[int, Student]
    doubtful: dict[int, str]


def match(
    ids: Mapping[int, Sequence[str]],
    students: Iterable[Student],
    names: Mapping[int, str] | None = None,
    known: Mapping[int, str] = MappingProxyType({}),
) -> Matched:
    """Match rows with students by what identifies both: the student's id, ``lms_user_id`` or email.

    A name comes last, and only where ``names`` are given: on some sites people change theirs, and two can have one.

    Args:
        ids: The cells of each row that may identify a student; the site's own id comes first.
        students: The students of the gradebook.
        names: The student's name in each row.
        known: The students of rows whose first cell says who it is, by their ids: no other student and no other row is
            asked for it, so that a number there is never taken for somebody's login. The other cells of such a row must
            not be another student's.
    """
    students = list(students)
    there = {student.id: student for student in students}
    known = {row: student for row, student in known.items() if student in there}
    taken = set(known.values())
    called_so: dict[str, list[Student]] = defaultdict(list)
    numbered: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        for key in {_plain(one) for one in (student.id, student.email) if one}:
            called_so[key].append(student)
        if student.lms_user_id:
            numbered[_plain(student.lms_user_id)].append(student)
    found: dict[int, dict[str, Student]] = {}
    for row, cells in ids.items():
        keys = [_plain(cell) for cell in cells[row in known :] if cell.strip()]
        if row in known:
            found[row] = {one.id: one for key in keys for one in called_so[key]} | {known[row]: there[known[row]]}
        else:
            fitting = (one for key in keys for one in (*called_so[key], *numbered[key]))
            found[row] = {one.id: one for one in fitting if one.id not in taken}
    if names is not None:
        _match_names(found, students, names)
    rows_of = Counter(student for of_row in found.values() for student in of_row)
    sure = {
        row: next(iter(of_row.values()))
        for row, of_row in found.items()
        if len(of_row) == 1 and rows_of[next(iter(of_row))] == 1
    }
    doubtful = {
        row: f"may be {' and '.join(sorted(of_row))}" + ("" if len(of_row) > 1 else ", as another row may be")
        for row, of_row in found.items()
        if of_row and row not in sure
    }
    return Matched(sure, doubtful)


def _match_names(found: dict[int, dict[str, Student]], students: list[Student], names: Mapping[int, str]) -> None:
    """Add the students of those rows for which nobody was found, by their names."""
    matched = {student for of_row in found.values() for student in of_row}
    called: dict[str, list[Student]] = defaultdict(list)
    for student in students:
        if student.id not in matched and student.first_name and student.last_name:
            for order in ((student.first_name, student.last_name), (student.last_name, student.first_name)):
                called[_plain(" ".join(order))].append(student)
    for row, name in names.items():
        if not found[row]:
            found[row] = {one.id: one for one in called[_plain(name.replace(",", " "))]}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
