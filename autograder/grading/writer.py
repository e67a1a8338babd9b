"""Writes the results of submissions: marked notebooks, nbgrader's gradebook, records. One process does so at a time.

A submission is written in this order:

1. the record that is replaced, into ``classroom/earlier``, where the new one comes to something else;
2. the draft of its record, a sign that writing has begun;
3. its folder in ``classroom/autograded``;
4. lines in the audit trail, for points that change;
5. all its rows in the gradebook, in one transaction;
6. its record, which takes the draft's place: the sign that all is done.

A refused submission is moved out of the folder of submissions last. Whatever is cut short at any of these steps is done
again by the next run, from the beginning, and comes to the same.

The audit trail comes before the gradebook: points that changed without a line could not be explained, while a line
without its change only names what the next run does. The folder comes before both, because it can be made again at any
time.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

import nbformat
from filelock import FileLock, Timeout
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.earlier_records import keep_earlier, run_of_process
from autograder.course.gradebook_database import set_due
from autograder.course.handing_in import Rules, read_rules
from autograder.course.joined_notebooks import split
from autograder.course.nbgrader_app import load_config
from autograder.course.results import Record, Status, counted, draft_record, drafts_in
from autograder.course.score import Score
from autograder.grading.autograded_tree import MarkedTree
from autograder.grading.gradebook.audit import Audit
from autograder.grading.gradebook.book import Book
from autograder.grading.gradebook.changes import Change, Published, compare
from autograder.grading.gradebook.entry import Entry, LatePenalties, enter, published
from autograder.grading.gradebook.rows import GRADES, StudentRows
from autograder.grading.never_lower import keep, with_kept
from autograder.grading.pipeline import notebook_bytes
from autograder.grading.task import Reply
from autograder.marking.provided_cells import ProvidedCells
from autograder.nbgrader_plugins.refuse import set_submission_aside
from autograder.nbgrader_plugins.save_grades import record_at, record_file
from autograder.submissions.checks import Rejected, submitted_at

log = logging.getLogger(__name__)
LOCK = ".writing"


class ClassBusyError(CourseError):
    """Another process writes what came of the class; it can be tried again later."""


class GradebookWriter:
    """Writes submissions of one assignment as ``nbgrader autograde`` with the course's configuration leaves them.

    Args:
        assignment: nbgrader's name of the assignment.
        run: Names the run in the audit trail, and where earlier records are kept; that of this process
            when empty.
        never_lower: Whether a problem keeps its points where the new marking gives less.

    Raises:
        CourseError: The gradebook cannot be opened, or does not know the assignment; the rules of handing in are wrong.
        ClassBusyError: Another process writes.
    """

    def __init__(self, course: Course, assignment: str, *, run: str = "", never_lower: bool = False) -> None:
        self._course, self._assignment = course, assignment
        made = Assignment(course, assignment)
        self._keeps_for = made if never_lower else None
        config = load_config(course)
        self._folders = CourseDirectory(config=config, assignment_id=assignment)
        self._converter = Autograde(coursedir=self._folders, config=config)
        due = read_rules(course).get(assignment, Rules()).due
        if due is not None:
            set_due(self._folders.db_url, assignment, due)
        self._penalties = LatePenalties(self._converter, assignment)
        self._tree = MarkedTree(self._folders, self._converter)
        self._run = run or run_of_process()
        self._audit = Audit(course.audit / f"{assignment}.jsonl", self._run)
        # Opened before the lock is taken, so that a course without a gradebook hears of that first.
        self._book = Book(self._folders.db_url, self._folders.course_id, assignment, made.notebooks)
        try:
            self._lock = alone(course.classroom / LOCK)
        except CourseError:
            self._book.close()
            raise

    def __enter__(self) -> GradebookWriter:
        """Return the writer itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        """Close the writer."""
        self.close()

    def close(self) -> None:
        """Close the gradebook, and let another process write."""
        self._book.close()
        self._lock.release()

    def cells(self) -> ProvidedCells:
        """Return the instructor's cells, as the gradebook has them."""
        return self._book.known

    def unfinished(self) -> frozenset[str]:
        """Return the students whose writing was cut short: their submissions have to be marked and written again."""
        return frozenset(drafts_in(self._course.records / self._assignment))

    def sweep(self) -> None:
        """Remove from the folders of marked submissions what earlier versions copied and may not lie there."""
        self._tree.sweep()

    def published(self, student: str) -> dict[str, Published]:
        """Return what the gradebook says of a student's graded cells, by ``grade_id``; nothing for one never marked."""
        with self._book.transaction() as session:
            rows = StudentRows(self._book, session, student)
            submission = rows.submitted()
            found = rows.read(GRADES, rows.notebooks(submission)) if submission else {}
        return {
            cell.name: published(cell, row)
            for cell in self._book.cells
            if cell.kind == "GradeCell" and cell.notebook in self._book.marked and (row := found.get(cell.id))
        }

    def write(
        self,
        student: str,
        folder: Path,
        reply: Reply,
        *,
        numbered: bool = False,
        extension: timedelta | None = None,
        counts: bool = True,
    ) -> Score:
        """Write the result of one submission, and return its score; the module's docstring gives the order.

        Args:
            student: The id under which gradebook, records and folders know the student.
            folder: The submission, where it was handed in.
            reply: What a worker sent.
            numbered: Whether the record has the number of its attempt already; it is counted by the records otherwise.
            extension: How much later than others the student may hand in; None leaves what the gradebook has.
            counts: Whether it counts; one that came too late loses all of its points.

        Raises:
            CourseError: The student may not be added, the submission's time cannot be read, or it now holds a link that
                it did not hold when it was marked. Nothing of it is in the gradebook.
            OSError: A file cannot be written.
            sqlalchemy.exc.SQLAlchemyError: The gradebook cannot be written. Nothing of this submission is in it.
        """
        refused = reply.record.status is Status.REJECTED
        # Everything that can fail because of the submission comes first, while nothing has been written.
        timestamp = None if refused else self._timestamp(folder)
        missing = frozenset(self._book.notebooks) if refused else self._missing(folder)
        # Checked before anything is written: entering the submission would add the student.
        self._admit(student)
        file = record_file(self._course.records, self._assignment, student)
        # Read before the draft is written, for the trail and for points that are kept.
        old = record_at(file)
        reply = replace(reply, record=reply.record if numbered else counted(reply.record, old))
        reply, changes = self._decided(old, self.published(student), reply)
        # Before the first sign of writing: what is cut short after it finds the same record again.
        keep_earlier(self._course, self._run, old, reply.record)
        # From here on the run counts as cut short until the draft becomes the record.
        draft = draft_record(reply.record, file)
        self._write_tree(student, folder, reply)
        self._audit.note(changes, old, reply.record)
        with self._book.transaction() as session:
            entry = Entry(student, reply.record, reply.comments, timestamp, missing, extension, counts)
            score = enter(self._book, session, entry, self._penalties)
        # One step, so that a record is never half written.
        draft.replace(file)
        if refused:
            # Last: a run that is cut short before finds the submission where it was, and refuses it again.
            place, made = set_submission_aside(self._course, folder), Assignment(self._course, self._assignment)
            why = made.in_language(reply.record.language).catalogue.say(reply.record.notes[0])
            log.error("%s: refused: %s (set aside as %s)", student, why, place)
        return score

    def _decided(
        self, old: Record | None, published: Mapping[str, Published], reply: Reply
    ) -> tuple[Reply, list[Change]]:
        """Return the result that is written, and the changes that it makes."""
        changes = compare(old, published, reply.record)
        if self._keeps_for is None:
            return reply, changes
        changes = keep(changes)
        return with_kept(self._keeps_for, old, published, changes, reply), changes

    def _write_tree(self, student: str, folder: Path, reply: Reply) -> None:
        if reply.notebook is None:
            self._tree.remove(student)
            return
        try:
            self._tree.put(student, folder, notebook_files(self._assignment, reply.notebook))
        except Rejected as fault:
            raise _changed(folder, fault) from fault
        except OSError as fault:
            # A fault of the student's folder concerns one submission; one of ours, a full disk, all of them.
            if fault.filename is not None and Path(fault.filename).is_relative_to(folder):
                raise _changed(folder, fault) from fault
            raise

    def _timestamp(self, folder: Path) -> datetime | None:
        """Return when a submission came, in UTC; None when nothing says so."""
        try:
            return submitted_at(folder)
        except Rejected as fault:
            raise _changed(folder, fault) from fault

    def _missing(self, folder: Path) -> frozenset[str]:
        return frozenset(name for name in self._book.notebooks if not (folder / f"{name}.ipynb").exists())

    def _admit(self, student: str) -> None:
        """Refuse a student whom the gradebook does not have, if the course is configured so."""
        if self._converter.create_student:
            return
        with self._book.transaction() as session:
            if not StudentRows(self._book, session, student).known():
                raise CourseError(
                    f"no student {student!r} in the gradebook: run `nbgrader db student add {student}`, "
                    "or set c.Autograde.create_student = True"
                )


def notebook_files(assignment: str, notebook: bytes) -> dict[str, bytes]:
    """Return the files of a marked submission's notebooks, by name; a single one is written as it is."""
    parts = split(assignment, nbformat.reads(notebook.decode(), as_version=nbformat.NO_CONVERT))
    if list(parts) == [assignment]:
        return {f"{assignment}.ipynb": notebook}
    return {f"{name}.ipynb": notebook_bytes(part) for name, part in parts.items()}


def _changed(folder: Path, fault: Exception) -> CourseError:
    return CourseError(f"{folder} is not as it was when it was marked ({fault}): mark it again")


def alone(file: Path) -> FileLock:
    """Hold a class for this process until the lock is released, or the process ends in whatever way.

    A second process that writes would remove what the first has just built.

    Raises:
        ClassBusyError: Another process holds the class.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ClassBusyError(
            f"another `autograder grade` is writing in {file.parent}: wait until it has ended, or stop it"
        ) from None
    return lock
