"""Enters one submission in the gradebook: what ``nbgrader autograde`` enters, in the same order, penalties included."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

from nbgrader.converters import Autograde
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.orm import Session
from traitlets.utils.importstring import import_item

from autograder.course.results import Record, Status
from autograder.course.score import Score
from autograder.grading.gradebook.book import Book, GradebookCell
from autograder.grading.gradebook.changes import Published, points_of
from autograder.grading.gradebook.rows import COMMENTS, GRADES, CommentRow, GradeRow, StudentRows
from autograder.nbgrader_plugins.save_grades import set_grade

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One submission for the gradebook.

    Attributes:
        student: The student's id.
        record: The submission's record.
        comments: nbgrader's automatic comments, by ``grade_id``.
        timestamp: When it was handed in, in UTC; None when nothing says so.
        missing: Names of the assignment's notebooks for which the submission holds no file.
        extension: How much later than others the student may hand in; None leaves what the gradebook has.
        counts: Whether it counts; one that came too late has a penalty of all of its points.
    """

    student: str
    record: Record
    comments: Mapping[str, str | None]
    timestamp: datetime | None
    missing: frozenset[str]
    extension: timedelta | None = None
    counts: bool = True

    @property
    def refused(self) -> bool:
        """Whether it was not marked because it was refused."""
        return self.record.status is Status.REJECTED


class LatePenalties:
    """Asks the course's plugin for late submissions.

    Args:
        converter: nbgrader's converter, as the course configures it.
        assignment: nbgrader's name of the assignment.

    Attributes:
        wanted: Whether the course's configuration has penalties at all.
    """

    def __init__(self, converter: Autograde, assignment: str) -> None:
        steps = [import_item(step) if isinstance(step, str) else step for step in converter.autograde_preprocessors]
        kinds = [step for step in steps if isinstance(step, type) and issubclass(step, AssignLatePenalties)]
        self.wanted = bool(kinds)
        # The step checks what a plugin returns, in ``_check_late_penalty`` of nbgrader 0.9.6, and holds the plugin.
        self._step = (kinds or [AssignLatePenalties])[0](config=converter.config)
        # As nbgrader sets it on the step before it makes the plugin.
        self._step.assignment_id = assignment

    def penalty(self, student: str, score: float, seconds: float) -> float | None:
        """Return the points that a submission loses for being ``seconds`` late, at most ``score``; None when none."""
        if seconds <= 0:
            return None
        self._step.init_plugin()  # for each submission anew, as nbgrader does: a plugin may keep something
        asked = self._step.plugin_inst.late_submission_penalty(student, score, seconds)
        # A warning, so that it stands in the run's journal: students ask about lost points.
        log.warning("%s is %s seconds late; penalty: %s", student, seconds, asked)
        return None if asked is None else float(self._step._check_late_penalty(SimpleNamespace(score=score), asked))


def enter(book: Book, session: Session, entry: Entry, penalties: LatePenalties) -> Score:
    """Enter a submission in the gradebook, within one of its transactions, which the caller commits.

    Returns:
        The submission's score, with all that persons have entered, as the gradebook now has it.
    """
    rows = StudentRows(book, session, entry.student)
    if not rows.known():
        rows.add_student()
    submission = rows.submit(entry.timestamp, entry.extension)
    notebooks = rows.notebooks(submission, add=True)
    missing = {book.notebooks[name] for name in entry.missing} - (frozenset() if entry.refused else book.marked)

    def grade(cell: GradebookCell, row: GradeRow) -> None:
        if cell.notebook in missing:  # as nbgrader does
            row.auto_score, row.needs_manual_grade = 0.0, False
        if cell.notebook not in book.marked or cell.kind != "GradeCell":
            return
        # No person has to look: the student hands in again, and there is nothing to read.
        if entry.refused:
            row.auto_score, row.needs_manual_grade = points_of(entry.record, cell.name, cell.max_score), False
        else:
            set_grade(row, entry.record, cell.name, cell.max_score)

    def comment(cell: GradebookCell, row: CommentRow) -> None:
        if cell.notebook in book.marked and cell.name in entry.comments:
            row.auto_comment = entry.comments[cell.name]

    graded = rows.edit(GRADES, notebooks, grade)
    rows.edit(COMMENTS, notebooks, comment)
    if (penalties.wanted or not entry.counts) and not entry.refused:
        late = rows.seconds_late(submission)
        # Notebook by notebook, as nbgrader does.
        for notebook in sorted(book.marked):
            # After the points: a penalty may be a share of them.
            score = Score.of_cells(published(cell, row) for cell, row in graded if cell.notebook == notebook).points
            off = penalties.penalty(entry.student, score, late) if late and entry.counts else None
            rows.penalise(notebooks[notebook], off if entry.counts else score)
    return Score.of_cells((published(cell, row) for cell, row in graded), rows.penalty(notebooks))


def published(cell: GradebookCell, row: GradeRow) -> Published:
    """Return what the gradebook says of a graded cell of a submission."""
    return Published(row.auto_score, row.manual_score, row.needs_manual_grade, cell.max_score, row.extra_credit)
