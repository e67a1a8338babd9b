"""Says what is behind wrong answers, by comparing them with those of known wrong code on the same inputs.

Each hidden test that failed is run on the misconceptions of its problem (`autograder.course.misconceptions`), in this
process. A misconception that gives the same wrong values is what the student's code does. Where none does, general
patterns are tried (`autograder.testing.diagnosis.patterns`). A wrong name is worse than none: where several fit,
nothing is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import catalogue_sha256, misconceptions
from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Verdict
from autograder.i18n.messages import Message
from autograder.testing.diagnosis.attempted import not_attempted
from autograder.testing.diagnosis.matcher import Background, Diagnostician, Named, Seen, has_sizes
from autograder.testing.diagnosis.patterns import pattern
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.diagnosis.sketch import sketch_of
from autograder.testing.diagnosis.wrong_values import Pattern
from autograder.testing.faults import CheckFailed, StudentError
from autograder.testing.scoring import Finding

log = logging.getLogger(__name__)
# Patterns that are dropped when one of these is seen in the same problem: values below one are zero without fractions.
UNLIKE = {"zeros": {"truncated"}}
# Made once for all submissions, because what they know does not depend on the student.
_known: dict[tuple[str, ...], Diagnostician] = {}


def diagnostician(assignment: Assignment, problem: str) -> Diagnostician:
    """Return the diagnostician of a problem.

    Raises:
        CourseError: The catalogue, or the problem's hidden tests, cannot be read.
    """
    # Tests, salt and catalogue are part of the key: what tests see of a mistake follows from these.
    key = (
        *(str(assignment.course.root), assignment.name, assignment.tests_sha256, assignment.course.salt),
        *(catalogue_sha256(assignment), problem),
    )
    if key not in _known:
        _known[key] = Diagnostician(assignment, problem, misconceptions(assignment).get(problem, []))
    return _known[key]


def diagnose(
    assignment: Assignment, problem: str, findings: Sequence[Finding], earlier: Mapping[str, ProblemResult]
) -> list[Diagnosis]:
    """Name what is behind failed tests, also in the findings.

    Args:
        assignment: In any of its languages.
        problem: By its id.
        findings: One for each of its tests; their misconceptions, patterns and hints are filled in.
        earlier: Results of problems before this one.
    """
    failed = [finding for finding in findings if finding.verdict is Verdict.FAILED]
    if (nothing := not_attempted(findings)) is not None:
        return [nothing]
    if not failed:
        return []
    try:
        return _diagnosed(assignment, problem, findings, failed, earlier)
    except Exception:  # whatever goes wrong here, the marks stand
        log.exception("%s: no diagnosis", problem)
        return []


def _diagnosed(
    assignment: Assignment,
    problem: str,
    findings: Sequence[Finding],
    failed: Sequence[Finding],
    earlier: Mapping[str, ProblemResult],
) -> list[Diagnosis]:
    # The surest first: a mistake that is recognised by its values leaves the others only what it does not explain.
    found = by_replay(assignment, problem, findings, earlier)
    explained = {test for one in found for test in one.tests}
    found += by_hand(assignment, problem, [finding for finding in failed if finding.id not in explained])
    found += by_pattern([finding for finding in failed if finding.misconception is None])
    if not all(finding.misconception and finding.confidence is Confidence.CERTAIN for finding in failed):
        keep_sketches(failed)
    return merged(found)


def keep_sketches(failed: Iterable[Finding]) -> None:
    """Write what failed tests saw into their findings: others may have made the same mistake, or it is known one day.

    Of all of them, where one is unexplained: whether a mistake is recognised depends on what each of them saw.
    """
    for finding in failed:
        if (outcome := seen(finding)) is not None:
            finding.sketch = sketch_of(outcome, finding.case.fault)


def by_hand(assignment: Assignment, problem: str, failed: Iterable[Finding]) -> list[Diagnosis]:
    """Return the misconceptions that hidden tests have named themselves."""
    known = {one.name: one for one in misconceptions(assignment).get(problem, [])}
    made = []
    for finding in failed:
        if finding.misconception is not None and finding.misconception in known:
            named = Named(known[finding.misconception], Confidence.CERTAIN, (finding.id,))
            made.append(entered(named, [finding]))
    return made


def by_replay(
    assignment: Assignment, problem: str, findings: Sequence[Finding], earlier: Mapping[str, ProblemResult]
) -> list[Diagnosis]:
    """Return the misconceptions that give the same wrong values."""
    student = {finding.id: outcome for finding in findings if (outcome := seen(finding)) is not None}
    failed = [outcome for outcome in student.values() if not outcome.passed]
    # An exception alone says something by the sizes in its message only.
    silent = all(one.raised and not one.looks and not has_sizes(one.text) for one in failed)
    if silent or not misconceptions(assignment).get(problem):
        return []
    gates = frozenset(finding.id for finding in findings if finding.gate)
    return [entered(one, findings) for one in recognised(assignment, problem, student, gates, earlier)]


def recognised(
    assignment: Assignment,
    problem: str,
    student: Mapping[str, CaseOutcome],
    gates: frozenset[str],
    earlier: Mapping[str, ProblemResult],
) -> list[Named]:
    """Return the misconceptions that give the same wrong values.

    Args:
        assignment: In any of its languages.
        problem: By its id.
        student: What each test saw of the student's code, by the tests' ids.
        gates: The tests that say nothing by themselves.
        earlier: Results of problems before this one.
    """
    expert = diagnostician(assignment, problem)
    # The first background in which something fits is taken: a later one supposes more.
    for background in backgrounds(assignment, earlier):
        named = expert.named(Seen(student, background, gates))
        if named:
            return named
    return []


def seen(finding: Finding) -> CaseOutcome | None:
    """Return what a test saw of the student's code; None when that says nothing."""
    fault = finding.case.fault
    if finding.verdict is Verdict.PASSED:
        return CaseOutcome(True, tuple(finding.case.looks))
    if finding.verdict is not Verdict.FAILED or not isinstance(fault, CheckFailed | StudentError):
        return None
    if isinstance(fault, StudentError):
        return CaseOutcome(False, tuple(finding.case.looks), fault.name, fault.text)
    return CaseOutcome(False, tuple(finding.case.looks))


def backgrounds(assignment: Assignment, earlier: Mapping[str, ProblemResult]) -> list[Background]:
    """Return what may stand around a problem's code: right code, or the known mistakes of earlier problems."""
    known = misconceptions(assignment)
    made = [
        one
        for problem, result in earlier.items()
        for diagnosis in result.diagnoses
        if diagnosis.kind is Kind.MISCONCEPTION and diagnosis.confidence is Confidence.CERTAIN
        for one in known.get(problem, [])
        if one.name == diagnosis.name
    ]
    # Right code first: with stand-ins, or where the earlier mistake plays no part, that is what stands around it.
    return [(), tuple(made)] if made else [()]


def entered(named: Named, findings: Iterable[Finding]) -> Diagnosis:
    """Write a misconception into the findings that it explains, and return it."""
    one = named.misconception
    for finding in findings:
        if finding.id in named.tests:
            finding.misconception, finding.confidence = one.name, named.confidence
            finding.hint = Message(one.hint)
    return diagnosis_of(named)


def diagnosis_of(named: Named) -> Diagnosis:
    """Return a misconception as a diagnosis."""
    one = named.misconception
    return Diagnosis(
        name=one.name,
        kind=Kind.MISCONCEPTION,
        confidence=named.confidence,
        title=Message(one.title),
        belief=Message(one.belief),
        hint=Message(one.hint),
        tests=list(named.tests),
    )


def by_pattern(failed: Sequence[Finding]) -> list[Diagnosis]:
    """Return the patterns that wrong values show, and write them into the findings."""
    made = []
    shown = [(finding, found) for finding in failed if (found := pattern_of(finding)) is not None]
    names = {found.name for _, found in shown}
    # The worked example's numbers are evenly spaced, so that there a pattern may be chance where the others lack it.
    plain = any(not finding.worked_example for finding in failed)
    elsewhere = {found.name for finding, found in shown if not finding.worked_example}
    for finding, found in shown:
        chance = finding.worked_example and plain and found.name not in elsewhere
        if not chance and not names & UNLIKE.get(found.name, set()):
            finding.pattern, finding.confidence = found.name, Confidence.CERTAIN
            finding.hint = finding.hint or found.hint
            made.append(patterned(found, finding))
    return made


def patterned(found: Pattern, finding: Finding) -> Diagnosis:
    """Return a pattern as a diagnosis."""
    return Diagnosis(
        name=found.name,
        kind=Kind.PATTERN,
        confidence=Confidence.CERTAIN,
        title=found.title,
        hint=found.hint,
        tests=[finding.id],
    )


def pattern_of(finding: Finding) -> Pattern | None:
    """Return the pattern of the values that a test has found wrong; the test itself may have named it."""
    fault = finding.case.fault
    if isinstance(fault, CheckFailed) and fault.pattern is not None:
        return Pattern(fault.pattern, fault.rationale, fault.hint)
    if not isinstance(fault, CheckFailed) or fault.comparison is None or not finding.case.looks:
        return None
    # Only the value that the test failed on; what it saw before may well be right.
    last = finding.case.looks[-1]
    if last.values is None or last.name != fault.comparison.name:
        return None
    with np.errstate(all="ignore"):
        shown = fault.comparison
        return pattern(last.values, shown.expected, finding.case.observed.inputs, shown.tolerance, shown.others)


def merged(found: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Return diagnoses with the same text as one, with all the tests that it explains; the surer one counts."""
    by_key: dict[tuple[str, str], Diagnosis] = {}
    for one in found:
        key = (one.kind, str(one.title))
        before = by_key.get(key)
        if before is None:
            by_key[key] = one
        else:
            surer = one if one.confidence is Confidence.CERTAIN else before
            tests = list(dict.fromkeys([*before.tests, *one.tests]))
            by_key[key] = replace(surer, tests=tests)
    return list(by_key.values())
