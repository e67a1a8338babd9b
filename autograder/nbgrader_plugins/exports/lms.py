"""What exports for course sites share: one assignment, the site's own file, and who gets no grade, and why."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool, Unicode

from autograder.course.course import CourseError, find_course
from autograder.course.nbgrader_app import submitted_folder
from autograder.course.score import Score, points
from autograder.course.zip_file import write_zip
from autograder.lms.collected import read_collected
from autograder.lms.who import match_rows
from autograder.lms.worksheet import Matched, Worksheet, points_cell
from autograder.nbgrader_plugins.exports.scores import EXCUSED, GradeExport, grades_of, unresolved
from autograder.submissions.checks import is_empty


@dataclass(frozen=True)
class Places:
    """Where things stand in a site's file.

    Attributes:
        grade: The column of the grades.
        ids: The columns that may identify a student.
        name: The column of students' names.
        rows: The rows of students, by index.
        most: The assignment's points on the site; None where the file does not say.
    """

    grade: int
    ids: tuple[int, ...]
    name: int
    rows: tuple[int, ...]
    most: float | None


class NoGrade(Exception):
    """A student gets no grade; the message says why."""


class LmsExport(GradeExport):
    """Fills in the file that a course site exported, so that its rows and ids are those that the site knows.

    A cell is filled in where the gradebook has a whole score. Every other cell stays as the site exported it, blank or
    with an earlier grade, and its student is listed with the reason. So a missing score is never a 0, and takes no
    grade away.
    """

    SITE: ClassVar[str]
    # Whether the site reads a file that begins with a byte order mark.
    BOM: ClassVar[bool] = True

    file = Unicode("", help="The CSV file that the site exported").tag(config=True)
    column = Unicode("", help="The header of the column of grades, where it is not found").tag(config=True)
    partial = Bool(False, help="Export the points so far where a question waits for a person").tag(config=True)
    missing_as_zero = Bool(False, help="Export 0 for students who have handed in nothing").tag(config=True)
    scaled = Bool(False, help="Convert scores where the site has another maximum").tag(config=True)
    feedback = Bool(True, help="Pack the feedback of the students who have a grade").tag(config=True)
    by_name = Bool(False, help="Find students by their names where no id or email is known").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file that ``--to`` names.

        Raises:
            SystemExit: The site's file or its column is not found, has another maximum, or would be written over; or
                not one assignment is asked for; or the gradebook has other points than the source notebook.
        """
        try:
            self._export(gradebook)
        except CourseError as fault:
            sys.exit(str(fault))

    def _export(self, gradebook: Gradebook) -> None:
        option = f"--{type(self).__name__}"
        found = self.assignments(gradebook)
        if len(found) != 1:
            known = ", ".join(one.name for one in gradebook.assignments) or "none"
            raise CourseError(f"name one assignment with --assignment=NAME; the gradebook has: {known}")
        assignment = found[0]
        if not self.file:
            raise CourseError(f"name the file that {self.SITE} exported with {option}.file=FILE")
        source, target = Path(self.file), Path(self.to)
        if source.resolve() == target.resolve():
            raise CourseError(f"{target} is the file that {self.SITE} exported: name another one with --to=FILE")
        sheet = Worksheet.read(source)
        places = self.places(sheet, assignment.name)
        factor = self._factor(places.most, assignment)
        students = self.students(gradebook)
        rows = {index: sheet.rows[index] for index in places.rows}
        collected = read_collected(find_course(), assignment.name)
        matched = match_rows(
            self.SITE.lower(),
            {index: self.key(row[places.ids[0]]) for index, row in rows.items()},
            {index: [row[column] for column in places.ids] for index, row in rows.items()},
            gradebook.students,
            collected,
            names={index: row[places.name] for index, row in rows.items()} if self.by_name else None,
        )
        self._list_unmatched(matched, places, sheet, students)
        asked = {student.id for student in students}
        graded: dict[int, Student] = {}
        for index, student in matched.students.items():
            if student.id not in asked:
                continue
            try:
                grade = self._grade(gradebook, assignment, student, factor)
                rows[index][places.grade] = self.cell(grade, rows[index][places.grade].strip(), places.most)
            except NoGrade as why:
                self.log.warning("%s: %s; the cell stays as %s exported it", student.id, str(why), self.SITE)
            else:
                graded[index] = student
        encoding = sheet.encoding if self.BOM else "utf-8"
        self.write(self.lines(sheet, places), encoding, sheet.delimiter, sheet.lineterminator)
        self.log.info("%d of %d students of the gradebook have a grade in it", len(graded), len(asked))
        self.also(assignment, sheet, graded)

    def places(self, sheet: Worksheet, assignment: str) -> Places:
        """Find out where things stand.

        Raises:
            CourseError: It is not the site's file, or the assignment's column is not found.
        """
        raise NotImplementedError

    def lines(self, sheet: Worksheet, places: Places) -> list[list[str]]:
        """Return what is written: what the site reads back, and nothing that a spreadsheet runs."""
        raise NotImplementedError

    def key(self, cell: str) -> str:
        """Return the site's own id of a student, by the first of the cells that identify one."""
        return cell.strip()

    def cell(self, grade: str, there: str, most: float | None) -> str:
        """Return what a student's cell becomes.

        Args:
            grade: The score as text, or `EXCUSED`.
            there: What the cell holds.
            most: The assignment's points on the site.

        Raises:
            NoGrade: The site would not take it.
        """
        return grade

    def also(self, assignment: Assignment, sheet: Worksheet, graded: dict[int, Student]) -> None:
        """Write what goes with the file."""

    def pages(self, folders: CourseDirectory, assignment: Assignment, student: Student) -> list[Path]:
        """Return the feedback pages of a student; one without any is named."""
        place = Path(folders.format_path(folders.feedback_directory, student.id, assignment.name))
        made = [page for one in assignment.notebooks if (page := place / f"{one.name}.html").is_file()]
        if not made:
            self.log.warning("%s: no feedback page; run `nbgrader generate_feedback`", student.id)
        return made

    def pack(self, files: Mapping[str, bytes]) -> None:
        """Write feedback into a zip beside the file of grades; nothing where there is none."""
        if files:
            target = Path(self.to).with_name(f"{Path(self.to).stem}-feedback.zip")
            self.log.info("Packing the feedback of %d hand-ins into %s", len(files), target)
            write_zip(target, files)

    def _factor(self, most: float | None, assignment: Assignment) -> float:
        """Return what a score is multiplied by."""
        if most is None or most == assignment.max_score:
            return 1.0
        if not self.scaled:
            raise CourseError(
                f"{assignment.name} has {points(assignment.max_score)} points here and {points(most)} on {self.SITE}: "
                f"change it there, or convert scores with --{type(self).__name__}.scaled=True"
            )
        return float(most / assignment.max_score)

    def _grade(self, gradebook: Gradebook, assignment: Assignment, student: Student, factor: float) -> str:
        if student.id in self.excused:
            return EXCUSED
        try:
            submission = gradebook.find_submission(assignment.name, student.id)
        except MissingEntry:
            if self._waits(assignment, student):
                raise NoGrade(f"is not marked yet: run `autograder grade {assignment.name}`") from None
            if self.missing_as_zero:
                return "0"
            raise NoGrade("has handed in nothing") from None
        if failed := unresolved(submission):
            raise NoGrade(f"the grader failed on {', '.join(failed)}: enter a score in formgrader")
        score = Score.of_cells(grades_of(submission), submission.late_submission_penalty)
        if score.waiting and not self.partial:
            raise NoGrade(f"{points(score.waiting)} of {points(score.most)} points wait for a person")
        return points_cell(score.points * factor)

    def _waits(self, assignment: Assignment, student: Student) -> bool:
        """Return whether something of a student's lies there that was never marked."""
        place = submitted_folder(find_course(), student.id, assignment.name)
        return place.is_dir() and not is_empty(place)

    def _list_unmatched(self, matched: Matched, places: Places, sheet: Worksheet, students: list[Student]) -> None:
        for index in places.rows:
            row = sheet.rows[index]
            called = ", ".join(dict.fromkeys(row[one] for one in (places.name, *places.ids) if row[one].strip()))
            if index in matched.doubtful:
                self.log.warning("%s (in the file): %s", called, matched.doubtful[index])
            elif index not in matched.students:
                self.log.warning("%s (in the file): no such student in the gradebook", called)
        there = {student.id for student in matched.students.values()}
        for student in students:
            if student.id not in there:
                self.log.warning("%s (in the gradebook): not found in %s", student.id, self.file)
