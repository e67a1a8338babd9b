"""Marks a class in parallel into nbgrader's gradebook and ``classroom/autograded``, for `autograder grade`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.earlier_records import new_run
from autograder.course.gradebook_scores import check_points, gradebook_points, gradebook_scores
from autograder.course.limits import Limits
from autograder.course.nbgrader_app import load_config
from autograder.course.results import Record, Status
from autograder.course.score import Score, points
from autograder.grading.cluster import Workers, jobs_here, workers
from autograder.grading.gradebook.changes import Change, compare
from autograder.grading.journal import Journal
from autograder.grading.never_lower import keep
from autograder.grading.progress import Progress
from autograder.grading.run import ClassList, ClassRun
from autograder.grading.submitted import Submission, submissions, unfit_id
from autograder.grading.task import Reply, RunSettings
from autograder.grading.what_if import print_what_if
from autograder.grading.writer import GradebookWriter
from autograder.i18n.terminal import on_one_line, printable
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import admitted
from autograder.nbgrader_plugins.mark_cells import MarkCells
from autograder.nbgrader_plugins.save_grades import record_at, record_file
from autograder.submissions.checks import Rejected


@dataclass(frozen=True)
class GradeRequest:
    """What is to be marked, and how.

    Attributes:
        students: The students whose submissions are marked, as ids or shell patterns; everybody when empty.
        jobs: How many are marked at once on this machine; None for one for each core.
        scheduler: The address of a dask scheduler whose workers mark instead.
        force: Whether submissions are marked again that have not changed since they were marked.
        all_cells: Whether cells are run that no points depend on.
        what_if: Whether changes are only shown and nothing is written.
        never_lower: Whether a problem keeps its points where it would now get fewer.
        level: The level of the sandbox that is asked for; None for the strongest that the machine offers.
        weaker: Whether a level below full is acceptable.
        limits: How long code may run; None for what the course's configuration says.
    """

    students: Sequence[str] = ()
    jobs: int | None = None
    scheduler: str | None = None
    force: bool = False
    all_cells: bool = False
    what_if: bool = False
    never_lower: bool = False
    level: Level | None = None
    weaker: bool = False
    limits: Limits | None = None


@dataclass
class Grading:
    """One run of the command.

    Args:
        request: What is to be marked, and how.
        console: The terminal on which it is shown.

    Attributes:
        progress: How far the run is; None before it begins.
    """

    assignment: Assignment
    request: GradeRequest
    console: Console
    progress: Progress | None = None
    _changes: list[Change] = field(default_factory=list)
    _unwritten: dict[str, str] = field(default_factory=dict)

    def run(self) -> bool:
        """Mark the class, and return whether the grader has failed on nothing that a person now has to look at.

        Raises:
            CourseError: The course, its gradebook or a worker cannot be used.
            SandboxError: A kernel cannot be sandboxed as far as it must be.
            WeakIsolationError: Less than full isolation is available, and nobody has allowed that.
        """
        course, name = self.assignment.course, self.assignment.name
        config = load_config(course)
        configured: Any = MarkCells(config=config)
        weaker = self.request.weaker or configured.weaker_isolation
        # Before anything is started. Workers elsewhere check their own machines.
        if self.request.scheduler is None:
            admitted(self.request.level, weaker)
        there = self._fit(submissions(config, name, self.request.students))
        run = new_run()
        with GradebookWriter(course, name, run=run, never_lower=self.request.never_lower) as self._writer:
            check_points(self.assignment, gradebook_points(self.assignment))
            self._settings = self._make_settings(configured, weaker)
            if not self.request.what_if:
                self._writer.sweep()
            wanted = self._to_mark(there)
            with (
                Journal(course.logs / f"{name}-{run}.jsonl", run) as journal,
                journal.taking("autograder", "distributed"),
            ):
                self._mark(wanted, len(there) - len(wanted), journal)
            self._tell(journal)
        statuses = self.progress.statuses if self.progress else {}
        return not (statuses.get(Status.GRADER_ERROR) or self._unwritten)

    def _fit(self, there: list[Submission]) -> list[Submission]:
        """Return the submissions whose students' ids can be used in file names; the others are reported at the end."""
        self._unwritten |= {one.student: why for one in there if (why := unfit_id(one.student))}
        return [one for one in there if one.student not in self._unwritten]

    def _make_settings(self, configured: Any, weaker: bool) -> RunSettings:
        return RunSettings.of(
            self.assignment,
            self._writer.cells(),
            limits=self.request.limits or configured.limits,
            level=self.request.level,
            weaker=weaker,
            all_cells=self.request.all_cells or configured.all_cells,
        )

    def _to_mark(self, there: list[Submission]) -> list[Submission]:
        if self.request.force or self.request.what_if:
            return there
        with self.console.status("Looking what has changed ..."):
            # Their record may look complete although the gradebook was never written.
            unfinished = self._writer.unfinished()
            return [one for one in there if one.student in unfinished or not self._is_done(one)]

    def _is_done(self, submission: Submission) -> bool:
        """Return whether a submission was marked as it is now, with what it would be marked with now."""
        record = self._record_of(submission.student)
        return (
            record is not None
            and record.status is Status.MARKED
            and record.basis_sha256 == self._settings.basis
            and record.hand_in_sha256 == _digest(submission)
        )

    def _record_of(self, student: str) -> Record | None:
        return record_at(record_file(self.assignment.course.records, self.assignment.name, student))

    def _mark(self, wanted: list[Submission], unchanged: int, journal: Journal) -> None:
        journal.tell("run", hand_ins=len(wanted), unchanged=unchanged, kit_version=__version__)
        self.progress = Progress(len(wanted), unchanged, self.console)
        if not wanted:
            return
        count = jobs_here(self.request.jobs)
        if self.request.scheduler is None:
            self.assignment.prepare_data()  # here, where its progress is shown, before there is any other
        where = self.request.scheduler or f"this machine, {count.count} at a time"
        self._say(f"{self.assignment.name}: {len(wanted)} hand-ins to mark, {unchanged} unchanged; on {where}")
        try:
            with workers(self._settings, count, self.request.scheduler) as there, self.progress:
                self._run(there, journal).mark(ClassList(wanted, journal.run))
        except KeyboardInterrupt:
            done = "What was marked is saved. " if not self.request.what_if else ""
            self._say(
                f"Stopped: {self.progress.done} of {len(wanted)} are through. {done}"
                "Run the same command again to go on."
            )
            journal.tell("stopped", level="warning")
            raise

    def _run(self, there: Workers, journal: Journal) -> ClassRun:
        there.warm()
        sink = self._look if self.request.what_if else self._write
        return ClassRun(self.assignment, there, sink, journal, self.progress or Progress(0, 0, self.console))

    def _write(self, submission: Submission, digest: str, reply: Reply) -> Score | None:
        """Write the result of a submission; None for one that cannot be written, which does not stop the class."""
        record = msgspec.structs.replace(reply.record, hand_in_sha256=digest, basis_sha256=self._settings.basis)
        try:
            return self._writer.write(submission.student, submission.folder, replace(reply, record=record))
        except (CourseError, UnicodeError) as fault:
            self._unwritten[submission.student] = str(fault)
            return None
        except (OSError, SQLAlchemyError) as fault:  # a full disk, a gradebook that is locked or gone
            raise CourseError(
                f"{submission.student}: what came of it cannot be written ({fault}): put that right, then run the same "
                "command again; it goes on where it was"
            ) from fault

    def _look(self, submission: Submission, _digest: str, reply: Reply) -> Score:
        """Record what would change, and return what the new marking comes to."""
        published = self._writer.published(submission.student)
        changes = compare(self._record_of(submission.student), published, reply.record)
        self._changes += keep(changes) if self.request.never_lower else changes
        return Score.of_record(reply.record)

    def _say(self, text: str) -> None:
        self.console.print(printable(text), highlight=False, markup=False, soft_wrap=True)

    def _tell(self, journal: Journal) -> None:
        """Print the result of the run, and where the log is."""
        if self.progress is None:
            return
        self._say(self.progress.summary())
        if self.request.what_if:
            changes = sorted(self._changes, key=lambda change: change.student)
            print_what_if(changes, self.console, self.progress.done)
            self._say("Nothing was written.")
        else:
            self._say("\n".join(class_summary(self.assignment)))
        for student, fault in self._unwritten.items():
            self._say(f"{on_one_line(student)}: not written: {fault}")
        root = self.assignment.course.root
        shown = journal.file.relative_to(root) if journal.file.is_relative_to(root) else journal.file
        self._say(f"log: {shown}")


def _digest(submission: Submission) -> str:
    """Return a submission's digest; an empty text where it cannot be read, which is reported when it is sent."""
    try:
        return submission.digest()
    except (OSError, Rejected):
        return ""


def class_summary(assignment: Assignment) -> list[str]:
    """Return sentences on the whole class as the gradebook has it: the mean so far, what waits, and what to do next."""
    # A refused hand-in has 0 of everything, the written questions too: it says nothing of what was marked.
    scores = [
        one.score
        for student, one in gradebook_scores(assignment).items()
        if one.score.points or not _is_refused(assignment, student)
    ]
    if not scores:
        return []
    waiting = sum(bool(score.waiting) for score in scores)
    mean, marked = (
        sum(values) / len(scores) for values in zip(*((one.points, one.marked) for one in scores), strict=True)
    )
    name = assignment.name
    so_far = " so far" if waiting else ""
    lines = [f"The mean of the {len(scores)} that could be marked is {points(mean)} of {points(marked)}{so_far}."]
    if waiting:
        wait = "waits" if waiting == 1 else "wait"
        lines.append(f"{waiting} {wait} for a person: `jupyter lab`, then Nbgrader → Formgrader → Manual Grading.")
    return [*lines, f"Next: `nbgrader generate_feedback {name}`, `autograder report {name}`, `nbgrader export`."]


def _is_refused(assignment: Assignment, student: str) -> bool:
    record = record_at(record_file(assignment.course.records, assignment.name, student))
    return record is not None and record.status is Status.REJECTED


def grade(assignment: Assignment, request: GradeRequest, console: Console) -> bool:
    """Mark a class; see `Grading.run`."""
    return Grading(assignment, request, console).run()
