"""Runs the hidden tests of one problem with pytest and makes a `ProblemResult` of what they find.

Hidden tests are plain pytest files that take ``student``, ``reference`` and ``rng``, and carry
``@pytest.mark.points(n)``:

- ``n`` is a share; shares are scaled to the points of the problem.
- ``asks="..."`` cites the sentence of the handout that the test rests on.
- ``gate=True``: scores only if a test of values in the same problem passed (see `close_gate`).

``pytestmark = pytest.mark.needs("captioning_loss")`` takes the whole file out of the maximum when that problem did
not pass.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from autograder.assignment import Assignment, Problem
from autograder.expect import Case, CheckFailed, NotRun
from autograder.hidden_fixtures import Access, FixedAccess, HiddenFixtures, identify
from autograder.kernel import wire
from autograder.results import Basis, Deduction, ProblemResult, TestResult, Verdict
from autograder.student import StudentDied, StudentError, StudentTimeout

log = logging.getLogger(__name__)
# Of these, unraisableexception collects all garbage many times in each run, which takes longer than the tests.
UNUSED = (
    "cacheprovider", "terminal", "logging", "faulthandler", "warnings", "threadexception", "unraisableexception",
    "doctest", "unittest", "junitxml", "pastebin", "stepwise", "legacypath", "debugging", "setuponly", "setupplan",
)  # fmt: skip
# Student output and the project's own pytest settings must not reach these runs.
FLAGS = (
    "-c", os.devnull, "--noconftest", "--disable-plugin-autoload", *(f"-pno:{plugin}" for plugin in UNUSED),
    "--capture=no", "--assert=plain", "--import-mode=importlib", "--strict-markers",
)  # fmt: skip
# What `hidden_tests` found so far in the notebook that this process runs: some problems count only when others are
# right.
_results_in_notebook: dict[str, dict[str, ProblemResult]] = {}


@dataclass
class Finding:
    """What one test came to, before its share is made into points."""

    id: str
    title: str
    share: float
    gate: bool
    verdict: Verdict = Verdict.NOT_RUN
    message: str = ""
    hint: str = ""
    misconception: str | None = None
    seconds: float = 0.0
    case: Case = field(default_factory=Case)


class Examiner(HiddenFixtures):
    """A pytest plugin: takes down what each test came to, and stands in for pytest's own reporting.

    Args:
        assignment: The assignment.
        problem: The problem whose tests are run.
        access: How to reach the student's code.
        earlier: Results of problems before this one.
    """

    def __init__(
        self, assignment: Assignment, problem: Problem, access: Access, earlier: Mapping[str, ProblemResult]
    ) -> None:
        super().__init__(assignment, access)
        self._problem, self._earlier = problem, earlier
        self.findings: dict[str, Finding] = {}
        self.faults: list[str] = []
        self.unmet: str | None = None
        self.interrupted = False
        self._deaths = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Make a finding for each test, in the order of the file."""
        for item in items:
            mark = item.get_closest_marker("points")
            if mark is None:
                raise pytest.UsageError(f"{item.nodeid} has no points")
            needs = item.get_closest_marker("needs")
            if needs is not None and not self._passed(needs.args[0]):
                self.unmet = needs.args[0]
            self.findings[item.nodeid] = Finding(
                identify(item), title_of(item), float(mark.args[0]), bool(mark.kwargs.get("gate", False)),
                case=self.case(item, self._problem.functions),
            )  # fmt: skip

    def _passed(self, problem: str) -> bool:
        result = self._earlier.get(problem)
        return result is not None and result.passed

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take down that a file could not be collected: the grader's fault."""
        if report.failed:
            reason = str(report.longrepr).strip().splitlines()[-1]
            self.faults.append(f"{report.nodeid} cannot be collected: {reason.removeprefix('E').strip()}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Take down that a person stopped the marking; pytest's own ways to stop come here as well."""
        self.interrupted = type(excinfo.value) is KeyboardInterrupt

    def give_up(self, reason: str) -> None:
        """Take down that the run ended early: what it has not come to is put before a person, never a silent zero."""
        self.faults.append(reason)
        for finding in self.findings.values():
            if finding.verdict is Verdict.NOT_RUN and not finding.message:
                finding.verdict = Verdict.GRADER_ERROR
                finding.message = "This test was not reached; a person will look at it."

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Don't run a test of which earlier ones showed that it cannot be run."""
        if self.unmet is not None:
            raise NotRun(f"Counts only when {self.unmet} is right.")
        if self._deaths >= self._access.limits.deaths:
            raise NotRun("Not run: earlier tests of this problem ended or hung the process.")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Take down how a phase of a test ended; no text of pytest's own is made, for it would show the test."""
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
        finding.verdict = Verdict.FAILED
        match fault:
            case CheckFailed():
                finding.message, finding.hint, finding.misconception = fault.rationale, fault.hint, fault.misconception
            case StudentError():
                finding.message = "\n".join([f"Your code raised {fault}", *fault.lines])
            case StudentTimeout():
                self._deaths = self._access.limits.deaths
                finding.message = f"Your code was still running after {fault.seconds:g} seconds, twice."
            case StudentDied():
                self._deaths += 1
                finding.message = "Your code ended the process that it ran in."
            case wire.WireError():
                self._deaths += 1
                finding.message = f"What your code returned could not be read: {fault}"
            case NotRun():
                finding.verdict, finding.message = Verdict.NOT_RUN, str(fault)
            case _:
                finding.verdict = Verdict.GRADER_ERROR
                finding.message = f"This test itself failed ({type(fault).__name__}); a person will look at it."
                self.faults.append(f"{finding.id}: {type(fault).__name__}: {fault}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Call the test; one that is over its limit is run once more before it fails."""
        names = pyfuncitem._fixtureinfo.argnames
        for attempt in ("first", "last"):
            values = {name: pyfuncitem.funcargs[name] for name in names}
            if "rng" in values:
                values["rng"] = self.generator(pyfuncitem)
            try:
                self._access.begin_test()
                pyfuncitem.obj(**values)
                break
            except StudentTimeout:
                if attempt == "last":
                    raise
        return True


def title_of(item: pytest.Item) -> str:
    """Return the line that the student reads: the first of the test's docstring, with its parameters filled in."""
    text = (getattr(item, "obj", None).__doc__ or item.name).strip().splitlines()[0]
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return text.format(**parameters) if parameters else text


def run_problem(
    assignment: Assignment, problem: Problem, access: Access, earlier: Mapping[str, ProblemResult] | None = None
) -> ProblemResult:
    """Run the hidden tests of one problem.

    Args:
        assignment: The assignment.
        problem: Which problem.
        access: How to reach the student's code.
        earlier: Results of problems before this one.

    Raises:
        KeyboardInterrupt: A person stopped the marking.
    """
    examiner = Examiner(assignment, problem, access, earlier or {})
    file = assignment.hidden_file(problem.id)
    options = os.environ.pop("PYTEST_ADDOPTS", None)
    # pytest takes a module that is loaded already: that of another assignment, or from before it was edited.
    sys.modules.pop(file.stem, None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # code that warns in this process must neither fail nor fill the screen
            code = pytest.main([*FLAGS, f"--rootdir={assignment.hidden}", str(file)], plugins=[examiner])
    finally:
        if options is not None:
            os.environ["PYTEST_ADDOPTS"] = options
    if examiner.interrupted:
        raise KeyboardInterrupt
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        examiner.give_up(f"pytest ended with {code!r}")
    for fault in examiner.faults:
        log.error("%s: %s", problem.id, fault)
    return summarise(problem, list(examiner.findings.values()), examiner)


def summarise(problem: Problem, findings: list[Finding], examiner: Examiner) -> ProblemResult:
    """Turn shares into points, and apply the gate and the deductions."""
    total = sum(finding.share for finding in findings)
    if not total:
        broken = TestResult(
            id=problem.id, title=problem.id, verdict=Verdict.GRADER_ERROR, score=0.0, max_score=problem.points,
            message="The tests of this problem could not be run; a person will look at it.",
        )  # fmt: skip
        return ProblemResult(id=problem.id, score=0.0, max_score=problem.points, tests=[broken])
    unit = problem.points / total
    close_gate(findings)
    tests = [result_of(finding, unit) for finding in findings]
    earned = sum(test.score for test in tests)
    deductions = [Deduction(reason=reason, points=round(min(unit, earned), 4)) for reason in extras(findings)]
    return ProblemResult(
        id=problem.id,
        score=round(max(0.0, earned - sum(deduction.points for deduction in deductions)), 4),
        max_score=0.0 if examiner.unmet is not None else problem.points,
        tests=tests,
        deductions=deductions,
        notes=notes_of(findings),
    )


def close_gate(findings: list[Finding]) -> None:
    """Fail tests that say nothing by themselves when no test of values in the same problem passed.

    An unfilled function can return something of the right shape, or a value that is right for a trivial input.
    """
    if any(finding.verdict is Verdict.PASSED for finding in findings if not finding.gate):
        return
    for finding in findings:
        if finding.gate and finding.verdict is Verdict.PASSED:
            finding.verdict = Verdict.FAILED
            finding.message = "Counts only once a test of values of this problem passes."


def result_of(finding: Finding, unit: float) -> TestResult:
    """Return a finding with its share as points."""
    passed = finding.verdict is Verdict.PASSED
    return TestResult(
        id=finding.id,
        title=finding.title,
        verdict=finding.verdict,
        score=round(finding.share * unit, 4) if passed else 0.0,
        max_score=round(finding.share * unit, 4),
        basis=finding.case.basis if passed else Basis.OWN,
        message=finding.message,
        hint=finding.hint,
        misconception=finding.misconception or finding.case.misconception,
        seconds=round(finding.seconds, 4),
    )


def extras(findings: list[Finding]) -> list[str]:
    """Return why a share is taken off: once, however many tests saw it."""
    seen = [finding.case.extra for finding in findings if finding.case.extra]
    return seen[:1]


def notes_of(findings: list[Finding]) -> list[str]:
    """Return what was seen that costs nothing, each thing once."""
    notes: list[str] = []
    for finding in findings:
        notes += finding.case.notes
        notes += [f"{place} is changed in place" for place in sorted(finding.case.observed.changed)]
        if finding.case.observed.printed.strip():
            notes.append("The code prints while it runs.")
    return list(dict.fromkeys(notes))


class PartialCredit:
    """What the hidden-test line of a test cell returns to a notebook: a number for nbgrader, a table for people.

    Args:
        result: The problem's result.
    """

    def __init__(self, result: ProblemResult) -> None:
        self.result = result

    def __repr__(self) -> str:
        return f"{self.result.score:g}"

    def _repr_html_(self) -> str:
        from autograder.feedback import problem_html

        return problem_html(self.result)


def hidden_tests(assignment: str, problem: str) -> PartialCredit:
    """Run the hidden tests of a problem on the functions of the notebook that calls this.

    This is the line between nbgrader's delimiters in a source notebook's test cells. It serves the instructor's own
    Jupyter and stock
    nbgrader; under the kit's configuration the grader runs the tests in its own process and the kernel never sees
    this line.

    Args:
        assignment: The assignment's name.
        problem: The problem's name.

    Raises:
        CourseError: The assignment or its solutions are missing.
    """
    from IPython import get_ipython

    from autograder.course import find_course
    from autograder.kernel.serve import Server
    from autograder.student import LocalLink

    shell = get_ipython()
    if shell is None:
        raise RuntimeError("hidden_tests() belongs into a test cell of a notebook: nothing runs it elsewhere")
    loaded = Assignment(find_course(), assignment)
    access = FixedAccess(LocalLink(Server(shell.user_ns)))
    earlier = _results_in_notebook.setdefault(assignment, {})
    earlier[problem] = run_problem(loaded, loaded.problems[problem], access, earlier)
    return PartialCredit(earlier[problem])
