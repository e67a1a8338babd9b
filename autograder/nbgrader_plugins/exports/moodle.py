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
import zipfile
from pathlib import Path

from nbgrader.api import Assignment, Student
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool

from autograder.course.course import CourseError, find_course
from autograder.course.nbgrader_app import load_config
from autograder.lms.worksheet import Worksheet, number_in
from autograder.nbgrader_plugins.exports.lms import LmsExport, NoGrade, Places
from autograder.nbgrader_plugins.exports.scores import EXCUSED
from autograder.nbgrader_plugins.spreadsheet import holds_formula, plain_cell

# The least that a worksheet has left of the grade: identifier and status.
BEFORE_GRADE = 2
FOLDER = "{name}_{participant}_assignsubmission_file"
# A name of a file has at most 255 bytes, and a letter at most four.
LONGEST_NAME = 50
# No page is newer than another for being packed later: Moodle compares contents, and so can people.
DATE = (1980, 1, 1, 0, 0, 0)


class ExportMoodle(LmsExport):
    """Writes Moodle's own worksheet with grades, and beside it a zip with the feedback pages of those who have one."""

    SITE = "Moodle"
    FILE = "moodle.csv"

    feedback = Bool(True, help="Pack the feedback pages of the students who have a grade").tag(config=True)

    def places(self, sheet: Worksheet, assignment: str) -> Places:
        """Find the columns by what they hold, for headers are in any language; see `LmsExport.places`."""
        header = sheet.rows[0]
        if len(sheet.rows) == 1 or not all(re.search(r"\d$", cell.strip()) for cell in sheet.column(0)):
            raise CourseError(
                f'{self.file} is no grading worksheet of Moodle, which begins with identifiers, as "Participant 123": '
                "download it with Submissions, Download grading worksheet"
            )
        if self.column:
            fitting = [index for index, name in enumerate(header) if name == self.column]
        else:
            fitting = [index for index in range(BEFORE_GRADE, len(header) - 1) if _is_grade(sheet, index)]
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
        pages: dict[str, Path] = {}
        for index, student in graded.items():
            place = Path(folders.format_path(folders.feedback_directory, student.id, assignment.name))
            made = [page for one in assignment.notebooks if (page := place / f"{one.name}.html").is_file()]
            if not made:
                self.log.warning("%s: no feedback page; run `nbgrader generate_feedback`", student.id)
            folder = feedback_folder(*sheet.rows[index][:2])
            pages |= {f"{folder}/{page.name}": page for page in made}
        if pages:
            self._pack(pages)

    def _pack(self, pages: dict[str, Path]) -> None:
        target = Path(self.to).with_name(f"{Path(self.to).stem}-feedback.zip")
        self.log.info("Packing %d feedback pages into %s", len(pages), target)
        with zipfile.ZipFile(target, "w") as packed:
            for name, page in pages.items():
                entry = zipfile.ZipInfo(name, DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, page.read_bytes())


def feedback_folder(identifier: str, name: str) -> str:
    """Return the folder in which Moodle looks for a student's feedback files.

    Args:
        identifier: The worksheet's, ``Participant 123``, in any language.
        name: The student's full name; Moodle does not read it back.
    """
    participant = re.findall(r"\d+", identifier)[-1]
    plain = " ".join(re.sub(r"[^\w'-]|_", " ", name).split())
    return FOLDER.format(name=plain[:LONGEST_NAME] or "student", participant=participant)


def _is_grade(sheet: Worksheet, index: int) -> bool:
    """Return whether a column holds grades: blanks or numbers, left of the same maximum in every row."""
    most = number_in(sheet.rows[1][index + 1])
    if not most or len(set(sheet.column(index + 1))) != 1:
        return False
    grades = [number_in(cell) for cell in sheet.column(index) if cell.strip()]
    return all(grade is not None and grade <= most for grade in grades)
