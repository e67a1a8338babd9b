"""Turns what hidden tests found into points: shares, the gate, and deductions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from autograder.course.problem import Problem
from autograder.course.results import (
    Basis,
    Confidence,
    Deduction,
    Diagnosis,
    ProblemResult,
    Sketch,
    TestResult,
    Verdict,
)
from autograder.course.score import points
from autograder.i18n.messages import NOTHING, Message, gettext_noop, say
from autograder.testing.case import Case

GATE_CLOSED = gettext_noop("Counts only once a test of values of this problem passes.")


@dataclass
class Finding:
    """The result of one test, before its share is turned into points."""

    id: str
    title: Message
    share: float
    gate: bool
    worked_example: bool = False
    asks: Message = NOTHING
    verdict: Verdict = Verdict.NOT_RUN
    message: Message = NOTHING
    hint: Message = NOTHING
    misconception: str | None = None
    pattern: str | None = None
    confidence: Confidence | None = None
    sketch: Sketch | None = None
    seconds: float = 0.0
    case: Case = field(default_factory=Case)


def summarise(
    problem: Problem,
    findings: list[Finding],
    *,
    unmet: ProblemResult | None = None,
    diagnoses: Sequence[Diagnosis] = (),
    unfit: Collection[str] = (),
) -> ProblemResult:
    """Turn shares into points, and apply the gate and the deductions.

    Args:
        problem: Its points are those that the shares are scaled to.
        findings: One for each of its tests; changed in place by the gate and by what is taken back.
        unmet: The result of the problem that this one needs, where that did not pass; see `share_of`.
        diagnoses: Names of what is behind failed tests, for the record.
        unfit: Functions that turned out to be no attempts.
    """
    total = sum(finding.share for finding in findings)
    # Not a zero for the student: that a file of tests is broken is the grader's fault.
    if not total:
        broken = TestResult(
            id=problem.id,
            title=Message(problem.id),
            verdict=Verdict.GRADER_ERROR,
            score=0.0,
            max_score=problem.points,
            message=say("The tests of this problem could not be run; a person will look at it."),
        )
        return ProblemResult(id=problem.id, score=0.0, max_score=problem.points, tests=[broken])
    # Shares are relative, so that a test can be added without counting all others anew.
    unit = problem.points / total
    if unmet is not None:
        return share_of(unmet, problem, [result_of(finding, unit) for finding in findings])
    # Before the gate, which a test that is taken back must not open.
    withdraw(findings, unfit)
    close_gate(findings)
    tests = [result_of(finding, unit) for finding in findings]
    earned = unit * sum(finding.share for finding in findings if finding.verdict is Verdict.PASSED)
    # One share: it is one mistake, however many tests saw it, and it cannot cost more than was earned.
    deductions = [Deduction(reason=reason, points=round(min(unit, earned), 4)) for reason in extras(findings)]
    return ProblemResult(
        id=problem.id,
        score=round(max(0.0, earned - sum(deduction.points for deduction in deductions)), 4),
        max_score=problem.points,
        tests=tests,
        deductions=deductions,
        notes=notes_of(findings),
        diagnoses=list(diagnoses),
    )


def why_not_run(needed: ProblemResult) -> Message:
    """Return why a problem is not run that needs one which did not pass."""
    if needed.unresolved:
        return say("Not run, because {problem} waits for a person, and this waits with it.", problem=needed.id)
    return say(
        "Not run, because {problem} is not right: this takes the share of its points that {problem} got, {score} of "
        "{most}.",
        problem=needed.id,
        score=points(needed.score),
        most=points(needed.max_score),
    )


def share_of(needed: ProblemResult, problem: Problem, tests: Sequence[TestResult]) -> ProblemResult:
    """Return the result of a problem that was not run: it takes the share of its points that ``needed`` got.

    So the maximum is the same for everybody, and a small mistake in ``needed`` does not cost all of this problem.
    """
    share = needed.score / needed.max_score if needed.max_score and not needed.unresolved else 0.0
    # What waits for a person is a fault of the grader's here as it is there.
    verdict, basis = (Verdict.GRADER_ERROR, Basis.OWN) if needed.unresolved else (Verdict.NOT_RUN, Basis.SHARE)
    return ProblemResult(
        id=problem.id,
        score=round(problem.points * share, 4),
        max_score=problem.points,
        tests=[replace(test, verdict=verdict, basis=basis, score=round(test.max_score * share, 4)) for test in tests],
    )


def close_gate(findings: list[Finding]) -> None:
    """Fail tests that say nothing by themselves when no test of values in the same problem passed.

    An unfilled function can return something of the right shape, or a value that is right for a trivial input. The
    values of the worked example open no gate: anyone can copy them from the notebook.
    """
    # The worked example is left out, since its values can be copied from the notebook.
    if any(one.verdict is Verdict.PASSED for one in findings if not one.gate and not one.worked_example):
        return
    for finding in findings:
        if finding.gate and finding.verdict is Verdict.PASSED:
            finding.verdict = Verdict.FAILED
            finding.message = Message(GATE_CLOSED)
            finding.hint = say("Look at the other tests of this problem first.")


def withdraw(findings: list[Finding], unfit: Collection[str]) -> None:
    """Take back what rests on the mistake of an earlier function that turned out to be no attempt.

    A right function has no mistake to forgive; where one was forgiven, the grader is at fault.
    """
    for finding in findings:
        function = finding.case.forgiven
        if function and finding.case.before(function) is None:
            finding.verdict = Verdict.GRADER_ERROR
            finding.message = say(
                "{function} was allowed for as an earlier mistake, and is right; a person will look at it.",
                function=function,
            )
        elif function in unfit:
            finding.verdict = Verdict.FAILED
            finding.message = say(
                "{function} is wrong, and not everywhere in the same way: this gradient cannot be compared with what "
                "it computes.",
                function=function,
            )
            finding.hint = say("Look at {function} first.", function=function)


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
        forgiven=[finding.case.forgiven] if passed and finding.case.forgiven else [],
        worked_example=finding.worked_example,
        message=finding.message,
        hint=finding.hint,
        asks=finding.asks,
        misconception=finding.misconception or finding.case.misconception,
        pattern=finding.pattern,
        confidence=finding.confidence,
        sketch=finding.sketch,
        seconds=round(finding.seconds, 4),
    )


def extras(findings: list[Finding]) -> list[Message]:
    """Return the reason why a share is taken off, once, however many tests saw it."""
    seen = [finding.case.extra for finding in findings if finding.case.extra]
    return seen[:1]


def notes_of(findings: list[Finding]) -> list[Message]:
    """Return notes on what was seen and costs nothing, each thing once."""
    notes: list[Message] = []
    for finding in findings:
        notes += finding.case.notes
        notes += [
            say("{place} is changed in place", place=place) for place in sorted(finding.case.observed.changed, key=str)
        ]
        if finding.case.observed.printed.strip():
            notes.append(say("The code prints while it runs."))
    return list(dict.fromkeys(notes))
