"""Drafts a reply to a student who asks for a regrade; the reply gives no hidden input and no expected value away.

What the kit itself wrote in the record is safe to repeat. The text of an exception is not: the student's code made it,
with the hidden inputs at hand. Of it, only what can be known without those inputs is repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult, TestResult, Verdict
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, say
from autograder.pages.environment import templates
from autograder.testing.faults import StudentError
from autograder.testing.redaction import exception_name

TEMPLATES = Path(__file__).with_name("templates")
# Sizes, places, counts and errors of two digits are told; a number with more digits could be somebody's value.
TELLING = re.compile(r"-?\d+\.\d{2,}(?:e[-+]?\d+)?|\d{5,}")
# A fault of the grader's is for staff; the problem waits for a person.
TOLD = (Verdict.FAILED, Verdict.NOT_RUN)
YOURS = say("What your code returned")
PLACE = re.compile(r"[A-Za-z_]\w*(?: in [\w/]+\.py)?, line \d{1,4}: ", re.ASCII)


def reply(
    problem: ProblemResult, faults: dict[str, BaseException | None], cells: Iterable[str], assignment: Assignment
) -> str:
    """Return the draft, in the language of the assignment's edition.

    Args:
        problem: The result of this run; only the tests that lost points are told of, those that ask the same together.
        faults: What ended each failed test, by its id.
        cells: The code that was handed in; a line of it may be repeated to its author.
        assignment: The assignment, in the submission's language.
    """
    catalogue = assignment.catalogue
    lines = {line.strip() for cell in cells for line in cell.split("\n")}
    failed, not_run = (
        [test for test in problem.tests if test.verdict is verdict and test.score < test.max_score] for verdict in TOLD
    )
    groups = [
        [
            (test, told_message(catalogue, redacted_message(test, faults.get(test.id), lines), faults.get(test.id)))
            for test in group
        ]
        for group in (*same_question(failed), *same_message(not_run))
    ]
    page = templates(TEMPLATES, html=False).get_template("reply.txt.j2")
    return page.render(problem=problem, groups=groups, title=assignment.title, say=catalogue.say) + "\n"


def same_question(tests: Iterable[TestResult]) -> list[list[TestResult]]:
    """Return tests in groups that rest on the same sentence and have the same hint, in the order of first ones."""
    groups: dict[tuple[str, str], list[TestResult]] = {}
    for test in tests:
        asked = str(test.asks)
        groups.setdefault((asked, str(test.hint)) if asked else (asked, test.id), []).append(test)
    return list(groups.values())


def same_message(tests: Iterable[TestResult]) -> list[list[TestResult]]:
    """Return tests in groups of which the same was seen, in the order of first ones."""
    groups: dict[str, list[TestResult]] = {}
    for test in tests:
        groups.setdefault(str(test.message), []).append(test)
    return list(groups.values())


def redacted_message(test: TestResult, fault: BaseException | None, lines: set[str]) -> Message:
    """Return what was seen, without anything that student code made while it had hidden values at hand."""
    if isinstance(fault, StudentError):
        return raised(fault, lines)
    if "fault" in test.message.values:  # what the exception says is the code's doing
        return say("{name} cannot be read as an array of numbers", name=test.message.values.get("name", YOURS))
    if test.verdict is Verdict.NOT_RUN and "name" in test.message.values:
        name = exception_name(str(test.message.values["name"]))
        return msgspec.structs.replace(test.message, values={**test.message.values, "name": name})
    return test.message


def told_message(catalogue: Catalogue, message: Message, fault: BaseException | None) -> str:
    """Return a message in a language; numbers that could be somebody's value are left out, but for lines of code."""
    text = catalogue.say(message)
    return text if isinstance(fault, StudentError) else TELLING.sub("…", text)


def raised(fault: StudentError, lines: set[str]) -> Message:
    """Return a sentence that says that code raised, and where, by lines that the submission holds."""
    places = [line for line in fault.lines if line.partition(": ")[2].strip() in lines and PLACE.match(line)]
    what = exception_name(fault.name)
    return say("Your code raised {fault}.{lines}", fault=what, lines="".join(f"\n{place}" for place in places))
