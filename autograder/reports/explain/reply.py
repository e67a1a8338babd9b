"""Drafts a reply to a student who asks for a regrade; the reply gives no hidden input and no expected value away.

What the kit itself wrote in the record is safe to repeat. The text of an exception is not: the student's code made it,
with the hidden inputs at hand. Of it, only what can be known without those inputs is repeated.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult, TestResult, Verdict
from autograder.course.score import points
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, say
from autograder.testing.faults import StudentError

TEMPLATES = Path(__file__).with_name("templates")
# Sizes, places, counts and errors of two digits are told; a number with more digits could be somebody's value.
TELLING = re.compile(r"-?\d+\.\d{2,}(?:e[-+]?\d+)?|\d{5,}")
YOURS = say("What your code returned")
PLACE = re.compile(r"[A-Za-z_]\w*(?: in [\w/]+\.py)?, line \d{1,4}: ", re.ASCII)


def reply(
    problem: ProblemResult, faults: dict[str, BaseException | None], cells: Iterable[str], assignment: Assignment
) -> str:
    """Return the draft, in the language of the assignment's edition.

    Args:
        problem: The result of this run; only its failed tests are told of.
        faults: What ended each failed test, by its id.
        cells: The code that was handed in; a line of it may be repeated to its author.
        assignment: The assignment, in the submission's language.
    """
    catalogue = assignment.catalogue
    lines = {line.strip() for cell in cells for line in cell.split("\n")}
    failed = [test for test in problem.tests if test.verdict is Verdict.FAILED]
    # Text, not HTML: nothing is escaped.
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters["points"] = points
    tests = [
        (test, told(catalogue, redacted_message(test, faults.get(test.id), lines), faults.get(test.id)))
        for test in failed
    ]
    page = pages.get_template("reply.txt.j2")
    return page.render(problem=problem, tests=tests, title=assignment.title, say=catalogue.say) + "\n"


def redacted_message(test: TestResult, fault: BaseException | None, lines: set[str]) -> Message:
    """Return what was seen, without anything that student code made while it had hidden values at hand."""
    if isinstance(fault, StudentError):
        return raised(fault, lines)
    if "fault" in test.message.values:  # what the exception says is the code's doing
        return say("{name} cannot be read as an array of numbers", name=test.message.values.get("name", YOURS))
    return test.message


def told(catalogue: Catalogue, message: Message, fault: BaseException | None) -> str:
    """Return a message in a language; numbers that could be somebody's value are left out, but for lines of code."""
    text = catalogue.say(message)
    return text if isinstance(fault, StudentError) else TELLING.sub("…", text)


def raised(fault: StudentError, lines: set[str]) -> Message:
    """Return a sentence that says that code raised, and where, by lines that the submission holds."""
    known = getattr(builtins, fault.name, None)
    named = isinstance(known, type) and issubclass(known, BaseException)
    places = [line for line in fault.lines if line.partition(": ")[2].strip() in lines and PLACE.match(line)]
    what = fault.name if named else say("an exception")
    return say("Your code raised {fault}.{lines}", fault=what, lines="".join(f"\n{place}" for place in places))
