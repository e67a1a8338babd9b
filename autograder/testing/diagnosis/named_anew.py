"""Names anew what is behind wrong answers of a marking that is over, by the sketches that its record keeps.

A misconception that came into the catalogue since is recognised by the values of the same hidden tests, computed on
its own code. Nothing of the student's is run, and no mark changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import catalogue_sha256
from autograder.course.results import Diagnosis, ProblemResult, Record, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.testing.diagnosis.diagnose import diagnosis_of, diagnostician, merged, recognised
from autograder.testing.diagnosis.matcher import Named
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.diagnosis.sketch import kept_looks


def named_anew(assignment: Assignment, record: Record) -> Record:
    """Return a record with the names that the catalogue of misconceptions gives now.

    It is the same record where nothing has changed in the catalogue, and where tests or salt have: other hidden inputs
    give other values, and only marking again tells.

    Raises:
        CourseError: The catalogue, or a problem's hidden tests, cannot be read.
    """
    kept = any(test.sketch is not None for result in record.problems for test in result.tests)
    if not kept or not comparable(assignment, record) or record.misconceptions_sha256 == catalogue_sha256(assignment):
        return record
    results: dict[str, ProblemResult] = {}
    for result in record.problems:
        # In order: a mistake that is recognised may stand behind later ones.
        results[result.id] = _named_anew(assignment, result, results)
    return replace(record, problems=list(results.values()))


def comparable(assignment: Assignment, record: Record) -> bool:
    """Return whether a record's tests had the hidden inputs that they have now."""
    now = (assignment.tests_sha256, assignment.course.salt_fingerprint)
    return (record.tests_sha256, record.salt_fingerprint) == now


def _named_anew(assignment: Assignment, result: ProblemResult, earlier: Mapping[str, ProblemResult]) -> ProblemResult:
    student = {test.id: outcome for test in result.tests if (outcome := kept_outcome(test)) is not None}
    sketches = [test.sketch for test in result.tests if test.sketch is not None]
    if result.id not in assignment.problems or not any(sketch.answers for sketch in sketches):
        return result
    named = recognised(assignment, result.id, student, diagnostician(assignment, result.id).gates, earlier)
    return _with_names(result, named) if named else result


def kept_outcome(test: TestResult) -> CaseOutcome | None:
    """Return what a test saw, as far as it is kept; None where that says nothing."""
    if test.verdict is Verdict.PASSED:
        return CaseOutcome(True, ())
    if test.verdict is not Verdict.FAILED or test.sketch is None:
        return None
    return CaseOutcome(False, kept_looks(test.sketch), test.sketch.raised)


def _with_names(result: ProblemResult, named: list[Named]) -> ProblemResult:
    by_test = {test: one for one in named for test in one.tests}
    before = [replace(one, tests=[test for test in one.tests if test not in by_test]) for one in result.diagnoses]
    left: list[Diagnosis] = [one for one in before if one.tests]
    return replace(
        result,
        tests=[_with_name(test, by_test[test.id]) if test.id in by_test else test for test in result.tests],
        diagnoses=merged([*map(diagnosis_of, named), *left]),
    )


def _with_name(test: TestResult, named: Named) -> TestResult:
    one = named.misconception
    return replace(test, misconception=one.name, pattern=None, confidence=named.confidence, hint=Message(one.hint))
