"""Fills scores into Moodle's offline grading worksheet, and packs feedback pages for Moodle's feedback files.

The rules are those of ``mod/assign`` of https://github.com/moodle/moodle:

- The worksheet (``gradingtable.php``) begins with the identifier, ``Participant 123``. The grade, and next to it the
  maximum, come after what is said of the student and of the submission. The headers are in the teacher's language, and
  are not looked at here.
- The importer (``feedback/offline/importgradeslib.php``) finds the columns of identifier, grade and time of grading by
  their headers, and those of comments; it reads no others.
- It skips a grade (``feedback/offline/locallib.php``) that is blank, negative, above the maximum, or locked, and one
  that has changed on Moodle more than 60 seconds after the worksheet's time. So a blank keeps the old grade.
- It reads a decimal point in every language (``unformat_float``).
- The folder of a feedback file is ``<name>_<id>_<type>_<plugin>``, split at ``_`` (``feedback/file/importziplib.php``);
  Moodle itself puts blanks for underscores into names. Files whose names begin with ``.`` or ``~`` are left out.
"""

from __future__ import annotations

import re

from nbgrader.api import Assignment, Student
from nbgrader.coursedir import CourseDirectory

from autograder.course.course import CourseError, find_course
from autograder.course.nbgrader_app import load_config
from autograder.lms.moodle import SITE, grade_columns, is_grading_sheet, number_of
from autograder.lms.worksheet import Worksheet, number_in
from autograder.nbgrader_plugins.exports.lms import LmsExport, NoGrade, Places
from autograder.nbgrader_plugins.exports.scores import EXCUSED
from autograder.nbgrader_plugins.spreadsheet import holds_formula, plain_cell

FOLDER = "{name}_{participant}_assignsubmission_file"
# A name of a file has at most 255 bytes, and a letter at most four.
LONGEST_NAME = 50


class ExportMoodle(LmsExport):
    """Writes Moodle's own worksheet with grades, and beside it a zip with the feedback pages of those who have one."""

    SITE = SITE
    FILE = "moodle.csv"

    def places(self, sheet: Worksheet, assignment: str) -> Places:
        """Find the columns by what they hold, for headers are in any language; see `LmsExport.places`."""
        header = sheet.rows[0]
        if not is_grading_sheet(sheet):
            raise CourseError(
                f'{self.file} is no grading worksheet of Moodle, which begins with identifiers, as "Participant 123": '
                "download it with Submissions, Download grading worksheet"
            )
        if self.column:
            fitting = [index for index, name in enumerate(header) if name == self.column]
        else:
            fitting = grade_columns(sheet)
        if len(fitting) != 1:
            raise CourseError(
                f"{len(fitting) or 'no'} columns of {self.file} look like that of grades, left of the same maximum in "
                f'every row: name one with --ExportMoodle.column="HEADER". It has: {", ".join(header)}'
            )
        grade = fitting[0]
        return Places(
            grade=grade,
            ids=(0, *range(2, grade)),
            name=1,
            rows=tuple(range(1, len(sheet.rows))),
            most=number_in(sheet.rows[1][grade + 1]) if grade + 1 < len(header) else None,
        )

    def key(self, cell: str) -> str:
        """Return the participant's number; see `LmsExport.key`."""
        return number_of(cell)

    def cell(self, grade: str, there: str, most: float | None) -> str:
        """Return the grade; see `LmsExport.cell`."""
        if grade == EXCUSED:
            raise NoGrade("excused, for which Moodle has no grade")
        if most is not None and float(grade) > most:
            raise NoGrade(f"{grade} is above Moodle's maximum, and Moodle would skip it")
        return grade

    def lines(self, sheet: Worksheet, places: Places) -> list[list[str]]:
        """Return what is written; see `LmsExport.lines`.

        The importer reads nothing left of the grade but the identifier: other cells there are made harmless. Right of
        it stand times, texts that students handed in, and comments that would be read back: a column with a cell that
        looks like a formula is left out, and Moodle keeps what it has.
        """
        formulas = {
            index
            for index in range(places.grade + 1, len(sheet.rows[0]))
            if any(holds_formula(cell, sheet.delimiter) for cell in sheet.column(index))
        }
        header, *rows = sheet.rows
        for index in sorted(formulas):
            self.log.warning("%s: left out, a cell looks like a formula; Moodle keeps what it has", header[index])
        for row in rows:
            row[1 : places.grade] = [plain_cell(cell, sheet.delimiter) for cell in row[1 : places.grade]]
        return [[cell for index, cell in enumerate(row) if index not in formulas] for row in (header, *rows)]

    def also(self, assignment: Assignment, sheet: Worksheet, graded: dict[int, Student]) -> None:
        """Pack the feedback pages of those who have a grade."""
        if not self.feedback:
            return
        folders = CourseDirectory(config=load_config(find_course()), assignment_id=assignment.name)
        pages: dict[str, bytes] = {}
        for index, student in graded.items():
            folder = feedback_folder(*sheet.rows[index][:2])
            pages |= {f"{folder}/{page.name}": page.read_bytes() for page in self.pages(folders, assignment, student)}
        self.pack(pages)


def feedback_folder(identifier: str, name: str) -> str:
    """Return the folder in which Moodle looks for a student's feedback files.

    Args:
        identifier: The worksheet's, ``Participant 123``, in any language.
        name: The student's full name; Moodle does not read it back.
    """
    plain = " ".join(re.sub(r"[^\w'-]|_", " ", name).split())
    return FOLDER.format(name=plain[:LONGEST_NAME] or "student", participant=number_of(identifier))
