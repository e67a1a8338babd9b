"""Groups wrong answers that no misconception explains: the same values on the hidden inputs are the same mistake.

Values are compared by the sketches that records keep of them. What raised goes by the exception, the function in which
it was raised, and its message without names and numbers. Records without sketches go by the texts of their tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.course.assignment import Assignment
from autograder.course.results import AnswerSketch, ProblemResult, Record, TestResult, Verdict
from autograder.reports.failure import raised_text
from autograder.testing.diagnosis.diagnose import diagnostician
from autograder.testing.diagnosis.named_anew import comparable
from autograder.testing.diagnosis.sketch import same_answer
from autograder.testing.values import SPELT

# Names of variables and numbers differ from student to student where the mistake is the same.
QUOTED, NUMERAL = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`"), re.compile(r"\d+(?:\.\d+)?")
PLACE = re.compile(r"(\S+?)(?: in .*)?, line \d+: ")
TEXT_MAX, VALUE_DIGITS = 120, 4
Found = tuple[Record, ProblemResult]


@dataclass
class AnswerGroup:
    """Students whose wrong answers in one problem are the same.

    Attributes:
        found: Their records, with the problem's result in each.
        answers: What the failed tests saw of the first of them.
    """

    found: list[Found] = field(default_factory=list)
    answers: list[AnswerSketch] = field(default_factory=list)

    @property
    def students(self) -> tuple[str, ...]:
        """Whose they are."""
        return tuple(record.student for record, _ in self.found)


def answer_groups(found: Sequence[Found]) -> list[AnswerGroup]:
    """Return wrong answers in one problem that are the same, the largest group first.

    Args:
        found: Records with the result of the problem.
    """
    by_form: dict[tuple[object, ...], list[AnswerGroup]] = {}
    for record, result in found:
        tests = [test for test in result.tests if test.verdict is Verdict.FAILED]
        # What has no sketch beside others that have, as a test behind its gate, says nothing by itself.
        tests = [test for test in tests if test.sketch] or tests
        answers = [answer for test in tests if test.sketch for answer in test.sketch.answers]
        form = (record.tests_sha256, record.salt_fingerprint, *map(_form, tests))
        there = by_form.setdefault(form, [])
        # One of them stands for its group: rounding is far smaller than what tells two mistakes apart.
        group = next((one for one in there if all(map(same_answer, one.answers, answers))), None)
        if group is None:
            group = AnswerGroup(answers=answers)
            there.append(group)
        group.found.append((record, result))
    return sorted((one for several in by_form.values() for one in several), key=lambda one: -len(one.found))


def _form(test: TestResult) -> tuple[object, ...]:
    """Return what has to be equal in the same failed test of two students for their answers to be the same."""
    if test.sketch is None or not (test.sketch.answers or test.sketch.raised):
        return (test.id, exception_of(test) or str(test.message))
    shapes = tuple((one.name, one.shape and (*one.shape,), len(one.sums)) for one in test.sketch.answers)
    return (test.id, test.sketch.raised and exception_of(test), shapes)


def exception_of(test: TestResult) -> str:
    """Return the exception that a test's code raised, and where; without names and numbers. Empty if it raised none."""
    text = raised_text(test)
    if not text:
        return ""
    first, *others = text.split("\n")
    places = [found[1] for line in others if (found := PLACE.match(line))]
    said = NUMERAL.sub("#", QUOTED.sub("'...'", first[:TEXT_MAX]))
    return f"{said} (in {places[-1]})" if places else said


def answer_difference(assignment: Assignment, group: AnswerGroup) -> str:
    """Return in a line what a group's code does: what it returns and what is expected, or what it raises."""
    record, result = group.found[0]
    # The worked example stands in the notebook: what is wrong for other inputs says more.
    tests = sorted(
        (test for test in result.tests if test.verdict is Verdict.FAILED), key=lambda one: one.worked_example
    )
    for test in tests:
        if test.sketch is not None and not test.sketch.raised and test.sketch.answers:
            right = _expected(assignment, record, result, test)
            return _told(test.sketch.answers[-1], right, str(test.message).split("\n")[0])
    for test in tests:
        if said := exception_of(test):
            return f"raises {said}"
    return str(tests[0].message).split("\n")[0] if tests else ""


def _expected(assignment: Assignment, record: Record, result: ProblemResult, test: TestResult) -> object:
    """Return the array that the last answer of a test should have been; None where that is not known any more."""
    if test.sketch is None or not comparable(assignment, record):
        return None
    looks = diagnostician(assignment, result.id).outcome(test.id).looks
    last = len(test.sketch.answers) - 1
    return looks[last].values if last < len(looks) and looks[last].name == test.sketch.answers[-1].name else None


def _told(answer: AnswerSketch, right: object, seen: str) -> str:
    shape = tuple(answer.shape) if answer.shape is not None else None
    expected = getattr(right, "shape", None)
    if shape is None:
        return f"{answer.name} is not returned"
    # What `same` compared is spelt in bytes, which nobody reads; the test's own words say where it differs.
    if expected not in (None, shape) and getattr(right, "dtype", None) != SPELT:
        return f"{answer.name} has the shape {shape}; {expected} is expected"
    if answer.place is None:
        return seen or f"{answer.name} has wrong values"
    where = f"{answer.name}{answer.place if answer.place else ''}"
    value = "no finite number" if answer.value is None else f"{answer.value:.{VALUE_DIGITS}g}"
    if expected is None:
        return f"{where} is {value}"
    return f"{where} is {value}; {float(right[tuple(answer.place)]):.{VALUE_DIGITS}g} is expected"  # type: ignore[index]
