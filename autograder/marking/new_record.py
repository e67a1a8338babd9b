"""Makes the record of a submission: marked, refused, or left to a person."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.misconceptions import catalogue_sha256
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message, say
from autograder.kernel.sandbox.levels import Level
from autograder.submissions.module_submission import ModuleSubmission
from autograder.submissions.read import RepairedSubmission


@dataclass(frozen=True)
class SubmissionData:
    """The submission that is marked, besides its notebook.

    Attributes:
        student: The student's id.
        data: The bytes that were handed in; the record names them by their digest.
        mended: Sentences that say what had to be repaired before it could be marked.
        modules: Its module files, None when it is a notebook.
    """

    student: str
    data: bytes
    mended: tuple[Message, ...] = ()
    modules: ModuleSubmission | None = None

    @classmethod
    def of(cls, student: str, read: RepairedSubmission) -> SubmissionData:
        """Return the data of a student's submission as it was read."""
        return cls(student, read.data, tuple(read.mended), read.modules)

    @property
    def texts(self) -> dict[str, str]:
        """The texts of its module files, by the names that tracebacks show."""
        return self.modules.texts if self.modules else {}

    @property
    def notes(self) -> list[Message]:
        """Findings about it that are no marks."""
        return list(self.modules.notes) if self.modules else []

    @property
    def sha256(self) -> str:
        """The digest by which the record names the submission."""
        return hashlib.sha256(self.data).hexdigest()


def new_record(
    assignment: Assignment,
    submission: SubmissionData,
    status: Status,
    problems: Sequence[ProblemResult] = (),
    *,
    notes: Iterable[Message] = (),
    level: Level | None = None,
    over_budget: bool = False,
    seconds: float = 0.0,
) -> Record:
    """Return the record of a submission.

    Args:
        assignment: The assignment, in the submission's language.
        submission: Whose it is, and what was handed in.
        status: What came of it.
        problems: Results, in the order of the notebook; none when it was refused.
        notes: Findings of the marking, besides those about what was handed in.
        level: The level of the sandbox that its code ran in; None when no code was run.
        over_budget: Whether something was not run because its time was used up.
        seconds: Wall-clock time of the marking, in seconds.
    """
    automatic = [problem.points for problem in assignment.problems.values() if not problem.manual]
    manual = [problem for problem in assignment.problems.values() if problem.manual]
    return Record(
        assignment=assignment.name,
        student=submission.student,
        sha256=submission.sha256,
        status=status,
        # From a float: a sum of nothing would be written as 0 and read as 0.0.
        score=round(sum((problem.score for problem in problems), 0.0), 4),
        max_score=round(sum([problem.max_score for problem in problems] if problems else automatic, 0.0), 4),
        # Who is refused has 0 points for written questions too, as nbgrader leaves it.
        manual=[] if status is Status.REJECTED else [problem.id for problem in manual],
        manual_max_score=sum((problem.points for problem in manual), 0.0),
        problems=list(problems),
        mended=list(submission.mended),
        notes=[*submission.notes, *notes],
        over_budget=over_budget,
        language=assignment.language,
        kit_version=__version__,
        tests_sha256=assignment.tests_sha256,
        misconceptions_sha256=catalogue_sha256(assignment),
        salt_fingerprint=assignment.course.salt_fingerprint,
        environment=environment(level),
        seconds=round(seconds, 3),
    )


def unmarked(assignment: Assignment, submission: SubmissionData) -> Record:
    """Return the record of a submission that could not be marked, through no known fault of its author's."""
    automatic = [problem for problem in assignment.problems.values() if not problem.manual]
    problems = [_not_reached(assignment, problem) for problem in automatic]
    return new_record(assignment, submission, Status.GRADER_ERROR, problems)


def _not_reached(assignment: Assignment, problem: Problem) -> ProblemResult:
    """Return the result of a problem none of whose tests was run, for a person to look at."""
    test = TestResult(
        id=assignment.hidden_file(problem.id).name,
        title=say("Hidden tests"),
        verdict=Verdict.GRADER_ERROR,
        score=0.0,
        max_score=problem.points,
        message=say("This test was not reached; a person will look at it."),
    )
    return ProblemResult(id=problem.id, score=0.0, max_score=problem.points, tests=[test])


def rejected(assignment: Assignment, student: str, data: bytes, why: Message) -> Record:
    """Return the record of something that is no submission, in the language that its bytes name, if they name one."""
    # Looked for as bytes: what was refused is perhaps no JSON.
    named = (one for one in assignment.languages[1:] if f'"{LANGUAGE}": "{one}"'.encode() in data)
    assignment = assignment.in_language(next(named, assignment.language))
    return new_record(assignment, SubmissionData(student, data), Status.REJECTED, notes=[why])


def environment(level: Level | None = None) -> dict[str, str]:
    """Return the versions that results can depend on, and the level of the sandbox, None where no code was run."""
    versions = {name: version(name) for name in ("numpy", "nbgrader", "pytest")}
    return {"python": platform.python_version(), **versions, **({"isolation": level} if level else {})}
