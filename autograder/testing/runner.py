"""Runs the hidden tests of one problem with pytest and makes a `ProblemResult` of what they find.

Hidden tests are plain pytest files that take ``student``, ``reference`` and ``rng``, and carry
``@pytest.mark.points(n)``:

- ``n`` is a share; shares are scaled to the points of the problem.
- ``asks="..."`` cites the sentence of the handout that the test rests on.
- ``gate=True``: scores only if a test of values in the same problem passed: `autograder.testing.scoring.close_gate`.

A problem that ``[needs]`` in the assignment's ``assignment.toml`` makes depend on another one is run only when that one
passed.
"""

from __future__ import annotations

import inspect
import logging
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from types import TracebackType
from typing import Any, Literal

import pytest

from autograder.course.assignment import Assignment
from autograder.course.problem import Problem
from autograder.course.results import Diagnosis, ProblemResult, Verdict
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.kernel import wire
from autograder.testing.collection import collected
from autograder.testing.default_hints import default_hint
from autograder.testing.faults import CheckFailed, KernelLost, NotRun, StudentDied, StudentError, StudentTimeout
from autograder.testing.fixtures import HiddenFixtures, SubmissionAccess, identify
from autograder.testing.scoring import Finding, summarise, why_not_run

log = logging.getLogger(__name__)
STILL_RUNNING = gettext_noop("Your code was still running after {seconds:.3g} s.")
ENDED = gettext_noop("Your code ended the process that it ran in.")
UNREADABLE = gettext_noop("Python could not read the code that defines this function: {fault}")
READ_AS_A_WHOLE = gettext_noop(
    "Look at that line, and at the one before it. Python reads the code of a cell or a file as a whole: where it "
    "cannot, nothing in it is defined."
)
RAISED = gettext_noop("Your code raised {fault}{lines}")
NOT_REACHED = gettext_noop("The cell that defines this function ended before it was defined: {fault}")
RUN_ALONE = gettext_noop(
    "Choose Kernel, then Restart Kernel and Run All Cells, and see where it ends. Hand-ins are marked where the "
    "packages of requirements.txt are installed, and no others."
)
# What a call of a function ends in that was never defined: a method stays the one that the course's class declares.
UNDEFINED = ("NameError", "NotImplementedError")
# Names what is behind failed tests: see `autograder.testing.diagnosis.diagnose.diagnose`.
# Handed in by the caller, because the diagnosis is built on this package.
Diagnose = Callable[[Assignment, str, Sequence[Finding], Mapping[str, ProblemResult]], list[Diagnosis]]


@dataclass(frozen=True)
class Exam:
    """What the tests of one problem are run on.

    Attributes:
        assignment: The assignment, in the submission's language.
        problem: The problem.
        access: Reaches the student's code.
        earlier: Results of problems before this one.
        lenient: Whether a mistake of an earlier function of the student's own may be forgiven.
    """

    assignment: Assignment
    problem: Problem
    access: SubmissionAccess
    earlier: Mapping[str, ProblemResult]
    lenient: bool = True


class Examiner(HiddenFixtures):
    """A pytest plugin that records each test's result, and takes the place of pytest's own reporting.

    It exists from the time when the tests are collected; each run begins with `begin`, the first with that of `exam`.

    Attributes:
        items: The tests, in the order of the file.
        findings: Their results, by pytest's names for them.
        faults: What went wrong that is the grader's fault.
        unmet: The result of the problem that this one needs, where that did not pass: nothing is run then.
    """

    def __init__(self, exam: Exam) -> None:
        self.items: list[pytest.Item] = []
        self.begin(exam)

    def begin(self, exam: Exam) -> None:
        """Forget what was found in the last run, and make a finding for each test."""
        # Called anew for each submission: pytest holds this object for as long as the tests stay collected.
        super().__init__(exam.assignment, exam.access, exam.earlier, lenient=exam.lenient)
        self._problem, self._folder = exam.problem, exam.assignment.folder
        self.faults: list[str] = []
        self.findings: dict[str, Finding] = {}
        needed = exam.earlier.get(exam.assignment.needs.get(exam.problem.id, ""))
        self.unmet = None if needed is None or needed.passed else needed
        self._deaths = 0
        for item in self.items:
            self._enter(item)

    def _enter(self, item: pytest.Item) -> None:
        mark = item.get_closest_marker("points")
        if mark is None:
            raise pytest.UsageError(f"{item.nodeid} has no points")
        gate, worked_example = (bool(mark.kwargs.get(name, False)) for name in ("gate", "worked_example"))
        self.findings[item.nodeid] = Finding(
            identify(item),
            title_of(item),
            float(mark.args[0]),
            gate,
            worked_example,
            asks=Message(str(mark.kwargs.get("asks", ""))),
            case=self.case(item, self._problem.functions),
        )

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests that can be run."""
        for item in items:
            self._enter(item)
            self.items.append(item)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Record that a file could not be collected, which is the grader's fault."""
        if report.failed:
            reason = str(report.longrepr).strip().splitlines()[-1]
            self.faults.append(f"{report.nodeid} cannot be collected: {reason.removeprefix('E').strip()}")

    def give_up(self, reason: str) -> None:
        """Record that the run ended early: a test that was not reached is put before a person, never a silent zero."""
        self.faults.append(reason)
        for finding in self.findings.values():
            if finding.verdict is Verdict.NOT_RUN and not finding.message:
                finding.verdict = Verdict.GRADER_ERROR
                finding.message = say("This test was not reached; a person will look at it.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Don't run a test when earlier ones showed that it cannot be run."""
        if self.unmet is not None:
            raise NotRun(why_not_run(self.unmet))
        if self._deaths >= self._access.limits.deaths:
            raise NotRun("Not run: earlier tests of this problem ended or hung the process.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Record how a phase of a test ended; no text of pytest's own is made, because it would show the test."""
        finding = self.findings[item.nodeid]
        finding.seconds += call.duration
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        if call.excinfo is not None:
            self._judge(call.excinfo.value, finding)
        elif call.when == "call":
            finding.verdict = Verdict.PASSED
        when: Any = call.when  # never "collect" here
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    def _judge(self, fault: BaseException, finding: Finding) -> None:
        frames = fault.__traceback__
        # Without its traceback, whose frames hold the test's inputs and expected values.
        finding.verdict, finding.case.fault = Verdict.FAILED, fault.with_traceback(None)
        match fault:
            case CheckFailed():
                finding.message, finding.hint, finding.misconception = fault.rationale, fault.hint, fault.misconception
            case StudentError():
                lines = "".join(f"\n{line}" for line in fault.lines if self._access.wrote(line))
                # Then the mistake is not that a name is missing, but what kept Python from reading its definition.
                functions = self._problem.functions
                if not lines and (unreadable := self._access.unreadable(functions)):
                    finding.message, finding.hint = say(UNREADABLE, fault=unreadable), Message(READ_AS_A_WHOLE)
                elif fault.name in UNDEFINED and not lines and (ended := self._access.raised_before(functions)):
                    finding.message, finding.hint = say(NOT_REACHED, fault=ended), Message(RUN_ALONE)
                else:
                    finding.message = say(RAISED, fault=str(fault), lines=lines)
            case StudentTimeout():
                # Once is enough: code that did not end in one test would use the time of all others up.
                self._deaths = self._access.limits.deaths
                finding.message = say(STILL_RUNNING, seconds=fault.seconds)
            case StudentDied():
                self._deaths += 1
                finding.message = Message(ENDED)
            case wire.WireError():
                self._deaths += 1
                finding.message = say("What your code returned could not be read: {fault}", fault=str(fault))
            case NotRun():
                finding.verdict, finding.message = Verdict.NOT_RUN, fault.reason
            case _:
                finding.verdict = Verdict.GRADER_ERROR
                finding.message = say(
                    "This test itself failed ({fault}); a person will look at it.", fault=type(fault).__name__
                )
                # Any other exception comes from the test itself, for which no student loses points.
                self.faults.append(f"{finding.id}: {type(fault).__name__}: {fault}{place_in(frames, self._folder)}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Call the test; a test whose kernel is lost is run once more."""
        names = inspect.signature(pyfuncitem.obj).parameters
        for attempt in ("first", "last"):
            values = {name: pyfuncitem.funcargs[name] for name in names}
            if "rng" in values:
                # From its start, so that the second attempt has the inputs of the first.
                values["rng"] = self.generator(pyfuncitem)
            try:
                self._access.begin_test()
                self.findings[pyfuncitem.nodeid].case.looks.clear()
                pyfuncitem.obj(**values)
                break
            except KernelLost:
                if attempt == "last":
                    raise
        return True


def place_in(frames: TracebackType | None, folder: Path) -> str:
    """Return where in an assignment's own files an exception came from; an empty text where that is nowhere."""
    places = [(Path(frame.f_code.co_filename), line) for frame, line in traceback.walk_tb(frames)]
    own = [(file.relative_to(folder), line) for file, line in places if file.is_relative_to(folder)]
    return f" ({own[-1][0]}, line {own[-1][1]})" if own else ""


def title_of(item: pytest.Item) -> Message:
    """Return the line that the student reads: the first line of the test's docstring, with its parameters filled in."""
    text = (getattr(item, "obj", None).__doc__ or item.name).strip().splitlines()[0]
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if not parameters:
        return Message(text)
    # Only those that it names: a parameter can be anything, and this stands in the record.
    named = {re.split(r"\W", field or "", maxsplit=1)[0] for _, field, _, _ in Formatter().parse(text)}
    return say(text, **{name: parameters[name] for name in parameters if name in named})


@dataclass(frozen=True)
class Examined:
    """The results of the hidden tests of one problem, before it is known what is behind them.

    Attributes:
        findings: One for each test.
        unmet: See `Examiner`.
        earlier: Results of problems before this one.
    """

    assignment: Assignment
    problem: Problem
    findings: list[Finding]
    unmet: ProblemResult | None
    earlier: Mapping[str, ProblemResult]

    @property
    def unfit(self) -> frozenset[str]:
        """Functions that turned out to be no attempts."""
        return frozenset(function for finding in self.findings for function in finding.case.unfit)

    def result(self, diagnose: Diagnose | None = None, *, unfit: frozenset[str] = frozenset()) -> ProblemResult:
        """Return the results as points.

        Args:
            diagnose: Names what is behind failed tests; with None nothing is said about it.
            unfit: Functions that turned out to be no attempts in another run of the same tests.
        """
        diagnoses = diagnose(self.assignment, self.problem.id, self.findings, self.earlier) if diagnose else []
        for finding in self.findings:
            if finding.verdict is Verdict.FAILED:
                finding.hint = finding.hint or default_hint(finding)
        return summarise(self.problem, self.findings, unmet=self.unmet, diagnoses=diagnoses, unfit=self.unfit | unfit)


def examine(
    assignment: Assignment,
    problem: Problem,
    access: SubmissionAccess,
    earlier: Mapping[str, ProblemResult] | None = None,
    *,
    lenient: bool = True,
) -> Examined:
    """Run the hidden tests of one problem.

    The arguments are the attributes of `Exam`.

    Raises:
        KeyboardInterrupt: A person stopped the marking.
    """
    exam = Exam(assignment, problem, access, earlier or {}, lenient)
    with collected(assignment.hidden_file(problem.id), lambda: Examiner(exam)) as tests:
        examiner = tests.examiner
        tests.run(problem.id, lambda: examiner.begin(exam))
        findings, unmet, faults = list(examiner.findings.values()), examiner.unmet, examiner.faults
    for fault in faults:
        log.error("%s: %s", problem.id, fault)
    return Examined(assignment, problem, findings, unmet, exam.earlier)
