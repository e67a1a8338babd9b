"""Defines what travels between the grader and its workers, and what can become of a submission that was sent.

A worker gets the run's settings and a submission's bytes, and sends back a record and a marked notebook.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.digest import digest_of
from autograder.course.limits import Limits
from autograder.course.results import Record
from autograder.kernel.sandbox.levels import Level
from autograder.marking.provided_cells import ProvidedCells
from autograder.submissions.collect import SubmittedFiles


@dataclass(frozen=True)
class RunSettings:
    """What all submissions of one run are marked with.

    Attributes:
        assignment: nbgrader's name of the assignment.
        cells: The instructor's cells, as the gradebook has them.
        limits: How long code may run.
        level: The level of the sandbox that was asked for; None for the strongest that the worker's machine offers.
        weaker: Whether somebody has allowed a level below full.
        all_cells: Whether cells are run that no points depend on.
        kit_version: The grader's version of the kit; a worker's must be the same.
        tests_sha256: The digest of the grader's hidden tests; a worker's must be the same.
        salt_fingerprint: The fingerprint of the grader's salt; a worker's must be the same.
        pages: Whether the worker makes the feedback page as well.
        hints_from: The attempt from which on hints are shown in it; None: as ``assignment.toml`` says.
    """

    assignment: str
    cells: ProvidedCells
    limits: Limits
    level: Level | None
    weaker: bool
    all_cells: bool
    kit_version: str
    tests_sha256: str
    salt_fingerprint: str
    pages: bool = False
    hints_from: int | None = None

    @classmethod
    def of(
        cls,
        assignment: Assignment,
        cells: ProvidedCells,
        *,
        limits: Limits,
        level: Level | None,
        weaker: bool,
        all_cells: bool,
        pages: bool = False,
        hints_from: int | None = None,
    ) -> RunSettings:
        """Return the settings of a run over an assignment's submissions with this kit, and with this salt."""
        return cls(
            assignment.name,
            cells,
            limits,
            level,
            weaker,
            all_cells,
            kit_version=__version__,
            tests_sha256=assignment.tests_sha256,
            salt_fingerprint=assignment.course.salt_fingerprint,
            pages=pages,
            hints_from=hints_from,
        )

    @property
    def basis(self) -> str:
        """A digest of what marks depend on besides the submission: tests, salt, kit version, the gradebook's cells."""
        # Limits and the level of the sandbox are not among them: a submission that was marked once need not be marked
        # again for these.
        parts = (self.kit_version, self.tests_sha256, self.salt_fingerprint)
        return digest_of([*(part.encode() for part in parts), msgspec.json.encode(self.cells)])


@dataclass(frozen=True)
class MarkingTask:
    """One submission.

    Attributes:
        id: Names this marking of it in logs.
        student: The student's id.
        submitted: Its bytes.
        attempt: Its number among the student's; see `autograder.grading.submitted.Submission`.
    """

    id: str
    student: str
    submitted: SubmittedFiles
    attempt: int = 1


@dataclass(frozen=True)
class Reply:
    """The result of a submission.

    Attributes:
        id: The task's id.
        record: The submission's record.
        notebook: The marked notebook as a file's bytes; None where there is none because the submission was refused.
        comments: nbgrader's automatic comment on each cell that students write in, by ``grade_id``.
        log: Lines that the worker logged.
        page: The feedback page, where the run makes pages; None where it doesn't.
    """

    id: str
    record: Record
    notebook: bytes | None
    comments: Mapping[str, str | None] = field(default_factory=dict)
    log: tuple[Mapping[str, Any], ...] = ()
    page: str | None = None


@dataclass(frozen=True)
class Event:
    """Something has become of a submission that was sent.

    Attributes:
        key: The key under which it was sent.
    """

    key: str


@dataclass(frozen=True)
class Begun(Event):
    """A worker has begun with a submission.

    Attributes:
        worker: The address under which the scheduler knows the worker.
        pid: The worker's process, on its machine.
    """

    worker: str
    pid: int


@dataclass(frozen=True)
class Done(Event):
    """A submission has been marked.

    Attributes:
        reply: What the worker sent back.
    """

    reply: Reply


@dataclass(frozen=True)
class Killed(Event):
    """Workers ended while they had a submission.

    Attributes:
        workers: How many ended.
    """

    workers: int


@dataclass(frozen=True)
class Lost(Event):
    """The scheduler has forgotten a submission: it was started again, or could not be reached for a while."""


@dataclass(frozen=True)
class Failed(Event):
    """The grader itself failed on a submission.

    Attributes:
        fault: What was raised in the worker.
    """

    fault: BaseException
