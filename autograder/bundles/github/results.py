"""Makes what GitHub Classroom's grading reporter reads of a job.

Nothing but its source describes it: https://github.com/classroom-resources/autograding-grading-reporter. What it tells
GitHub Classroom is the sum of the tests' scores; the table in its log counts the tests that passed, each as much
as the other. So that both come to the same, a test that is worth more than another is told as several.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.course.score import DECIMALS, Score
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.terminal import on_one_line

VERSION = 1
PASS, FAIL, ERROR = "pass", "fail", "error"
# So many tests a hand-in is told as, at most; with finer points the table in the log is only nearly right.
PARTS_MAX = 400
MESSAGE_MAX = 200
# A program of Linux takes no variable of 128 KiB.
BYTES_MAX = 120_000
# What begins a command to the runner: two colons at the beginning of a line, or the older form anywhere in it
# (``ActionCommand.cs`` of actions/runner).
COMMAND = re.compile(r":(?=:)|##(?=\[)")
# For what is lost by dividing numbers that have no exact form.
TINY = 1e-9


class ReportedTest(msgspec.Struct):
    """One line of the reporter's log.

    Attributes:
        name: Its problem, and the line that the student reads.
        status: ``pass``, ``fail``, or ``error``: a fault of the grader's.
        score: Its points.
        message: What was seen, on one line.
        test_code: The test's source, which nobody sees.
        line_no: Where it stands; 0: the reporter says nothing of it.
    """

    name: str
    status: str
    score: float = 0.0
    message: str = ""
    test_code: str = ""
    line_no: int = 0


class Reported(msgspec.Struct):
    """What is known of one hand-in.

    Attributes:
        status: ``pass`` when all is right; the reporter lets the job fail otherwise.
        max_score: Points that tests could have given.
        tests: The tests, in parts.
        version: The version of this form.
    """

    status: str
    max_score: float
    tests: list[ReportedTest]
    version: int = VERSION


def reported(assignment: Assignment, record: Record) -> Reported:
    """Return what is told of a hand-in.

    Args:
        assignment: In any of its languages.
        record: What came of it.

    Raises:
        CourseError: The assignment's source is missing.
    """
    assignment = assignment.in_language(record.language)
    catalogue = assignment.catalogue
    if record.status is Status.REJECTED:
        why = _line(" ".join(map(catalogue.say, record.notes)))
        return Reported(FAIL, record.max_score, [ReportedTest(_line(assignment.title), FAIL, message=why)])
    unit = _unit(record)
    tests = [test for problem in record.problems for test in _of_problem(problem, unit, catalogue)]
    _add_up(tests, Score.of_record(record).points)
    statuses = {test.status for test in tests}
    return Reported(next((one for one in (ERROR, FAIL) if one in statuses), PASS), record.max_score, tests)


def encoded(results: Reported) -> str:
    """Return what is told as the reporter reads it from a variable of the environment; messages go where it is long."""
    made = base64.b64encode(msgspec.json.encode(results)).decode()
    if len(made) > BYTES_MAX:
        tests = [replace(test, message="") for test in results.tests]
        made = base64.b64encode(msgspec.json.encode(replace(results, tests=tests))).decode()
    return made


def _unit(record: Record) -> float:
    """Return the points that one part of a test stands for: those by which all points of a hand-in can be divided."""
    amounts = [
        points
        for problem in record.problems
        for points in (
            *(points for test in problem.tests for points in (test.score, test.max_score)),
            *(deduction.points for deduction in problem.deductions),
        )
    ]
    unit: float = math.gcd(*(round(points * 10**DECIMALS) for points in amounts)) / 10**DECIMALS
    return max(unit, record.max_score / PARTS_MAX)


def _of_problem(problem: ProblemResult, unit: float, catalogue: Catalogue) -> list[ReportedTest]:
    made = [
        part
        for number, test in enumerate(problem.tests, start=1)
        for part in _parts(f"{problem.id} {number}.", test, unit, catalogue)
    ]
    if problem.unresolved:
        # None of its points counts before a person has looked at it.
        return [replace(part, status=ERROR if part.status == ERROR else FAIL) for part in made]
    passed = [part for part in made if part.status == PASS]
    for deduction in problem.deductions:
        reason = _line(catalogue.say(deduction.reason))
        for _ in range(min(round(deduction.points / unit), len(passed))):
            part = passed.pop()
            part.status, part.message = FAIL, reason
    for part in passed or made[:1]:
        part.score = round(problem.score / max(len(passed), 1), DECIMALS)
    return made


def _parts(name: str, test: TestResult, unit: float, catalogue: Catalogue) -> Iterator[ReportedTest]:
    number = max(1, round(test.max_score / unit)) if test.max_score else 0
    # Of points that are finer than a part, none is told as whole.
    passed = number if test.score >= test.max_score else int(number * test.score / test.max_score + TINY)
    title, message = f"{name} {catalogue.say(test.title)}", catalogue.say(test.message)
    lost = ERROR if test.verdict is Verdict.GRADER_ERROR else FAIL
    for index in range(number):
        part = f" ({index + 1}/{number})" if number > 1 else ""
        right = index < passed
        yield ReportedTest(_line(title) + part, PASS if right else lost, message="" if right else _line(message))


def _add_up(tests: list[ReportedTest], score: float) -> None:
    """Let points come to the score to the last bit, when they are added one after the other as the reporter does."""
    with_points = [test for test in tests if test.score]
    total = 0.0
    for test in with_points[:-1]:
        total += test.score
    if with_points:
        with_points[-1].score = score - total


def _line(text: str) -> str:
    """Return the first line of a text, in which a runner finds no command, which could tell points of its own."""
    return COMMAND.sub(r"\g<0> ", on_one_line(text.split("\n", maxsplit=1)[0]))[:MESSAGE_MAX]
