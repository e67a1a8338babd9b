"""Runs one problem's hidden tests again and records what they ask, what comes back, and what the solution replies.

Requests and replies are recorded on the grader's side, as they pass through a link: nothing here reaches the kernel.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from nbgrader.preprocessors import ClearHiddenTests

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.limits import Limits
from autograder.course.nbgrader_app import submitted_folder
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Record, Verdict
from autograder.kernel import wire
from autograder.kernel.call_server import Server
from autograder.kernel.sandbox.levels import Level
from autograder.marking.execution.isolation import isolation_for
from autograder.marking.execution.scratch import scratch_folder
from autograder.marking.new_record import SubmissionData
from autograder.marking.notebook_runner import NotebookMarker
from autograder.marking.problem import mark_problem
from autograder.marking.restore import restore
from autograder.marking.sanitise import clean_cells
from autograder.submissions.module_notebook import as_submitted
from autograder.submissions.read import read_submission
from autograder.testing.case import Case, current_case
from autograder.testing.faults import StudentError
from autograder.testing.link import Link, LocalLink
from autograder.testing.student import Reference, read_error

# Numerical gradients ask thousands of times. What a test looked at first shows the most, so the end is left out.
KEPT_STEPS = 20_000
KEPT_BYTES = 256 << 20


@dataclass(frozen=True)
class StepReply:
    """What came back.

    Attributes:
        value: The value that a look gave; None when there is none, or it breaks the rules of the wire.
        number: The handle of a value that stayed where it is.
        about: What is said of that value: its type, and its length, shape and dtype where it has them.
        error: What the code raised.
    """

    value: Any = None
    number: int | None = None
    about: dict[str, Any] = field(default_factory=dict)
    error: StudentError | None = None


NO_REPLY = StepReply()


def read_reply(message: wire.WireMessage) -> StepReply:
    """Return what the reply to a single request says; the message stays as it is."""
    content: Any = message.content
    if "error" not in content:
        replies = content.get("replies")
        content = replies[0] if isinstance(replies, list) and replies and isinstance(replies[0], dict) else {}
    if "error" in content:
        return StepReply(error=read_error(content["error"]))
    about = content.get("about")
    try:
        value = wire.unpack(content.get("value"), [*message.attachments], Reference)
    except wire.WireError:
        value = None
    number = value.number if isinstance(value, Reference) else None
    return StepReply(None if number is not None else value, number, about if isinstance(about, dict) else {})


@dataclass
class TranscriptStep:
    """One request and what came back.

    Attributes:
        op: What was asked; see `autograder.kernel.call_server`.
        request: The fields of the request; a `Reference` stands for a handle.
        reply: What came back from the student's code; `NO_REPLY` when nothing did.
        solution: What the solution replies; `NO_REPLY` when it could not be asked.
    """

    op: str
    request: dict[str, Any]
    reply: StepReply = NO_REPLY
    solution: StepReply = NO_REPLY

    @property
    def target(self) -> int | None:
        """The handle that was asked about."""
        target = self.request.get("target")
        return target.number if isinstance(target, Reference) else None

    def handles(self) -> Iterator[int]:
        """Yield the handles that the request holds."""
        waiting: list[Any] = [self.request]
        while waiting:
            match waiting.pop():
                case Reference(number):
                    yield number
                case dict() as values:
                    waiting += values.values()
                case list() | tuple() as values:
                    waiting += values


@dataclass
class Transcript:
    """All that one test asked.

    Attributes:
        case: What the test gathered.
        steps: In the order in which they were asked.
        whole: Whether everything was kept.
    """

    case: Case
    steps: list[TranscriptStep] = field(default_factory=list)
    whole: bool = True
    _bytes: int = 0

    def keep(self, step: TranscriptStep, size: int) -> None:
        """Append a step, as long as there is room."""
        self._bytes += size
        if len(self.steps) >= KEPT_STEPS or self._bytes > KEPT_BYTES:
            self.whole = False
        if self.whole:
            self.steps.append(step)

    @cached_property
    def _makers(self) -> dict[int, TranscriptStep]:
        # The first with a handle: code may give one twice, and a maker must come before what is made of it.
        return {step.reply.number: step for step in reversed(self.steps) if step.reply.number is not None}

    def maker(self, number: int | None) -> TranscriptStep | None:
        """Return the step that a handle came from; only asked once the test has ended."""
        return self._makers.get(number) if number is not None else None

    def origin(self, step: TranscriptStep) -> TranscriptStep:
        """Return the call, or the name, that the value which a step is about belongs to."""
        while step.op != "call" and (maker := self.maker(step.target)) is not None:
            step = maker
        return step

    def function_of(self, step: TranscriptStep) -> str:
        """Return the name of the function whose result a step is about."""
        called = self.origin(step)
        maker = self.maker(called.target) if called.op == "call" else called
        return str(maker.request.get("name", "")) if maker is not None else ""

    def belongs_to(self, step: TranscriptStep, functions: Collection[str]) -> bool:
        """Return whether a step is about what one of these functions gave, or what an object of these classes did."""
        called = self.origin(step)
        while called.op == "call" and (maker := self.maker(called.target)) is not None:
            if maker.request.get("name") in functions:
                return True
            called = self.origin(maker)
        return called.request.get("name") in functions


class RecordingLink:
    """Passes requests on and records them, with what comes back; each comes in a message of its own.

    Args:
        inner: The link to the student's code.
        transcript: Receives the steps.
    """

    def __init__(self, inner: Link, transcript: Transcript) -> None:
        self._inner, self._transcript = inner, transcript

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return the reply to ``message``; see `autograder.testing.link.Link`."""
        ((op, form),) = message.content["requests"]
        step = TranscriptStep(op, wire.unpack(form, [*message.attachments], Reference))
        size = sum(map(len, message.attachments))
        try:
            reply = self._inner.exchange(message, room)
            step.reply = read_reply(reply)
            size += sum(map(len, reply.attachments))
            return reply
        finally:  # also when nothing comes back: that is what ended the test
            self._transcript.keep(step, size)


class RecordingMarker(NotebookMarker):
    """Runs a notebook's cells as far as the checks of one problem, and records what only that problem's tests ask.

    Nothing is recorded of kernels apart, whose handles are others, nor where stand-ins answer for the student's code.

    Attributes:
        transcripts: By test; of a test that was run twice, the last.
    """

    recorded = True

    def examine(self, problem: Problem, earlier: Mapping[str, ProblemResult]) -> ProblemResult:
        """Return what the tests came to.

        Args:
            problem: The problem whose tests are run.
            earlier: What the record says of problems before it: some count only when others are right.
        """
        self.transcripts = dict[str, Transcript]()
        try:
            for index, cell in enumerate(self._notebook.cells):
                if cell.cell_type == "code":
                    ClearHiddenTests().preprocess_cell(cell, {}, index)
                    self._run(index)
                if grade_id(cell) == problem.check:
                    break
            self.budget.subject = problem.id
            return mark_problem(self._assignment, problem, self, earlier)
        finally:
            self._close()

    def link(self) -> Link:
        """Return a live link to the student's code that records what passes through it."""
        return RecordingLink(super().link(), self.transcripts[current_case().test])

    def begin_test(self) -> None:
        """Start a transcript, and counting the test's time."""
        self.transcripts[current_case().test] = Transcript(current_case())
        super().begin_test()

    def sources(self) -> list[str]:
        """Return the texts of the cells that were run."""
        return [self._notebook.cells[index].source for index in self._run_so_far]


@dataclass(frozen=True)
class Rerun:
    """The results of running a problem's tests again.

    Attributes:
        submission: What was handed in.
        result: The problem's result.
        transcripts: What each test asked, by its id.
        cells: The code that had been run when the tests began, a text for each cell.
    """

    submission: SubmissionData
    result: ProblemResult
    transcripts: dict[str, Transcript]
    cells: list[str]


def run_again(assignment: Assignment, record: Record, problem: Problem, level: Level) -> Rerun:
    """Run the tests of one problem on a submission again.

    Args:
        assignment: In any language: the tests run in the submission's.
        record: The record of its marking, which says what earlier problems came to.
        problem: The problem whose tests are run.
        level: The level of the kernels' sandbox.

    Raises:
        FileNotFoundError: The submission no longer exists.
        Rejected: It cannot be read as a submission.
        SandboxError: A kernel cannot be sandboxed that far.
    """
    read = read_submission(assignment, submitted_folder(assignment.course, record.student, assignment.name))
    submission = SubmissionData.of(record.student, read)
    assignment = read.assignment
    notebook = restore(assignment, read.notebook)
    clean_cells(notebook)
    with scratch_folder() as scratch, as_submitted(notebook, submission.modules):
        isolation = isolation_for(assignment, level)
        marker = RecordingMarker(assignment, notebook, Limits(), isolation, scratch, submission.texts)
        result = marker.examine(problem, {result.id: result for result in record.problems})
    for test in result.tests:
        if test.verdict is Verdict.FAILED and test.id in marker.transcripts:
            ask_solution(marker.transcripts[test.id], vars(assignment.reference))
    return Rerun(submission, result, marker.transcripts, marker.sources())


def ask_solution(transcript: Transcript, solution: Mapping[str, Any]) -> None:
    """Ask the solution, in this process, all that the student's code was asked.

    Args:
        transcript: Its steps receive the replies.
        solution: What the solution defines, by name.
    """
    link, numbers = LocalLink(Server(solution)), dict[int, int]()
    for step in transcript.steps:
        attachments: list[bytes] = []
        try:
            form = wire.pack(
                step.request,
                attachments,
                lambda value: numbers[value.number] if isinstance(value, Reference) else None,
            )
            message = wire.WireMessage({"requests": [[step.op, form]]}, attachments)
            step.solution = read_reply(link.exchange(message, wire.MAX_BODY))
        except (KeyError, wire.WireError):  # it has nothing, or nothing that can be sent, in this place
            continue
        if step.reply.number is not None and step.solution.number is not None:
            numbers[step.reply.number] = step.solution.number


def differs(step: TranscriptStep, tolerance: float) -> bool:
    """Return whether a test saw something else than it would have seen of the solution."""
    own, right = step.reply.value, step.solution.value
    if step.request.get("form") == "keys" and isinstance(own, list) and isinstance(right, list):
        return sorted(map(repr, own)) != sorted(map(repr, right))
    if not isinstance(own, np.ndarray) or not isinstance(right, np.ndarray):
        return type(own) is not type(right) or bool(own != right)
    if own.shape != right.shape or own.dtype.kind != right.dtype.kind:
        return True
    scale = float(np.abs(right).max(initial=0)) or 1.0
    return not np.allclose(own, right, rtol=tolerance, atol=tolerance * scale)
