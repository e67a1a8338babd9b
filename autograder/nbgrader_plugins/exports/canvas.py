"""Fills scores into the gradebook file that Canvas exported, for its import of grades.

The rules are those of Canvas' importer and exporter, ``lib/gradebook_importer.rb`` and ``lib/gradebook_exporter.rb`` of
https://github.com/instructure/canvas-lms, and of its page ``ui/features/gradebook_uploads``:

- The first row begins with ``Student, ID``, or ``LastName, FirstName, ID``; ``Section`` ends what is said of a student
  (``row_has_student_headers?``, ``update_column_count``).
- A column ``Title (id)`` is the assignment with that id; one that Canvas does not know becomes a new assignment
  (``parse_assignments``). Its points come from the row ``Points Possible`` (``process_pp``); a column that is ``(read
  only)`` there is not imported.
- A student is found by ``ID``, else by the SIS ids, else by name (``process_student``).
- A blank where Canvas has a grade takes the grade away (``shouldHighlightScoreChange``: ``updateWillRemoveGrade``).
- ``EX`` excuses, in capitals or not. ``N/A`` stands where the assignment is not the student's, and is ignored.
- Columns that are not in the file stay as they are, and so does one whose title holds a word for totals, such as
  ``Final Grade`` (``strip_non_assignment_columns``).
- A byte order mark, which Canvas' own exporter may write, is taken for a part of the first cell (``csv_stream``): then
  ``LastName`` is not known, and the file is refused (``update_column_count``).
"""

from __future__ import annotations

import functools
import re

from nbgrader.api import Assignment, Student
from nbgrader.coursedir import CourseDirectory

from autograder.course import assignment as kit
from autograder.course.course import CourseError, find_course
from autograder.course.nbgrader_app import load_config
from autograder.lms.canvas import POINTS, SITE, student_columns, student_rows
from autograder.lms.collected import read_collected
from autograder.lms.worksheet import Worksheet, number_in
from autograder.nbgrader_plugins.exports.canvas_feedback import (
    FORMS,
    Feedback,
    answered,
    feedback_markdown_of,
    upload_name,
)
from autograder.nbgrader_plugins.exports.lms import LmsExport, NoGrade, Places
from autograder.nbgrader_plugins.exports.scores import EXCUSED
from autograder.nbgrader_plugins.spreadsheet import holds_formula, plain_cell

NOT_ASSIGNED = "N/A"
TOTALS = re.compile(r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)")
TITLE_AND_ID = re.compile(r"(?P<title>.*)\s\((?P<id>\d+)\)", re.DOTALL)


class ExportCanvas(LmsExport):
    """Writes Canvas' own file with what it says of students, the column of one assignment, and no other column.

    Beside it comes a zip of feedback for those whose hand-ins `autograder collect canvas` has taken in. Other
    assignments stay untouched on Canvas, whatever was entered there since the file was exported.
    """

    SITE = SITE
    FILE = "canvas.csv"
    BOM = False

    def places(self, sheet: Worksheet, assignment: str) -> Places:
        """Find the columns by their headers; see `LmsExport.places`."""
        header, columns = sheet.rows[0], student_columns(sheet, self.file)
        section = columns.section
        of_points = next((row for row in sheet.rows[1:] if POINTS in row[0]), None)
        grade = self._column(header, section, of_points, assignment)
        return Places(
            grade=grade,
            ids=tuple(range(columns.key, section)),
            name=0,
            rows=tuple(student_rows(sheet)),
            most=number_in(of_points[grade]) or None if of_points else None,
        )

    def _column(self, header: list[str], section: int, of_points: list[str] | None, assignment: str) -> int:
        """Return the assignment's column."""
        titles = {
            index: found
            for index, name in enumerate(header)
            if index > section
            and (found := TITLE_AND_ID.fullmatch(name))
            and not (of_points and "read only" in of_points[index])
        }
        if self.column:
            fitting = [one for one, found in titles.items() if self.column in (found[0], found["title"], found["id"])]
        else:
            fitting = [one for one, found in titles.items() if _words(found["title"]) == _words(assignment)]
        if len(fitting) == 1:
            if total := TOTALS.search(header[fitting[0]]):
                raise CourseError(
                    f"Canvas takes {header[fitting[0]]} for a total and does not import it: rename the assignment "
                    f'there, without "{total[0]}", and export the file again'
                )
            return fitting[0]
        listed = "".join(f"\n  {found[0]}" for found in titles.values()) or "\n  none"
        raise CourseError(
            f"{len(fitting) or 'no'} columns of {self.file} are called {self.column or assignment}: name one with "
            f'--ExportCanvas.column="TITLE (ID)", or by its id alone. It has:{listed}'
        )

    def cell(self, grade: str, there: str, most: float | None) -> str:
        """Return the grade; see `LmsExport.cell`."""
        if there == NOT_ASSIGNED:
            raise NoGrade("Canvas has not assigned it to this student")
        if there.upper() == EXCUSED and grade != EXCUSED:
            raise NoGrade("excused on Canvas")
        return grade

    def lines(self, sheet: Worksheet, places: Places) -> list[list[str]]:
        """Return what is written; see `LmsExport.lines`.

        Where ``ID`` is a number, Canvas looks at nothing else of a student, and other cells are made harmless. Where it
        is not, all that Canvas may find the student by stays as it came, and is named.
        """
        first = min(places.rows, default=len(sheet.rows))
        kept = [row for index, row in enumerate(sheet.rows) if index < first or index in places.rows]
        header, *rows = ([*row[: places.ids[-1] + 2], row[places.grade]] for row in kept)
        for row in rows:
            if number_in(row[places.ids[0]]) is not None:
                row[:-1] = [
                    cell if at == places.ids[0] else plain_cell(cell, sheet.delimiter)
                    for at, cell in enumerate(row[:-1])
                ]
                continue
            for cell in (one for one in row[:-1] if holds_formula(one, sheet.delimiter)):
                self.log.warning(
                    "%s (in the file) looks like a formula and is kept, for Canvas finds the student by it: do not "
                    "open the file in a spreadsheet program",
                    cell,
                )
        return [header, *rows]

    def also(self, assignment: Assignment, sheet: Worksheet, graded: dict[int, Student]) -> None:
        """Pack feedback for *Upload Submissions*, for those whose hand-ins were collected from Canvas."""
        course = find_course()
        collected = read_collected(course, assignment.name)
        if not self.feedback or not any(came.site == "canvas" for came in collected.values()):
            return
        folders = CourseDirectory(config=load_config(course), assignment_id=assignment.name)
        packed: dict[str, bytes] = {}
        for student in graded.values():
            came = collected.get(student.id)
            if came is None or came.site != "canvas":
                continue
            pages = {page.name: page.read_bytes() for page in self.pages(folders, assignment, student)}
            if not pages:
                continue
            found = answered(came)
            if found is None:
                self.log.warning(
                    "%s: no file was handed in under whose name Canvas could show feedback (%s)",
                    student.id,
                    ", ".join(came.attachments.values()) or "a text",
                )
                continue
            number, end = found
            ours = kit.Assignment(course, assignment.name)
            feedback = Feedback(pages, functools.partial(feedback_markdown_of, ours, folders, student.id))
            # Of a group it is one file, whoever's page it is: what one is sent, Canvas shows to all of them.
            packed[upload_name(came, number, end)] = FORMS[end](feedback)
        self.pack(packed)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
