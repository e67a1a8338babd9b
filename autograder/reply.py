"""The draft of a reply to a student who asks for a regrade: it gives no hidden input and no expected value away.

What the record says to students is safe where the kit wrote it. What an exception says is the student's own code's
doing, which had the hidden inputs at hand: only what can be known without them is repeated.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.feedback import points
from autograder.results import ProblemResult, TestResult, Verdict
from autograder.student import StudentError

TEMPLATES = Path(__file__).with_name("templates")
# Sizes, places, counts and errors of two digits are told; a number with more digits could be somebody's value.
TELLING = re.compile(r"-?\d+\.\d{2,}(?:e[-+]?\d+)?|\d{5,}")
QUOTED = re.compile(r"(cannot be read): .*", re.DOTALL)
PLACE = re.compile(r"[A-Za-z_]\w*(?: in [\w/]+\.py)?, line \d{1,4}: ", re.ASCII)


def reply(
    problem: ProblemResult, faults: dict[str, BaseException | None], cells: Iterable[str], assignment_title: str
) -> str:
    """Return the draft.

    Args:
        problem: What the tests came to.
        faults: What ended each failed test, by its id.
        cells: The code that was handed in; a line of it may be repeated to its author.
        assignment_title: For people.
    """
    lines = {line.strip() for cell in cells for line in cell.split("\n")}
    failed = [test for test in problem.tests if test.verdict is Verdict.FAILED]
    # Text, not HTML: nothing is escaped.
    pages = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    pages.filters["points"] = points
    tests = [(test, seen(test, faults.get(test.id), lines)) for test in failed]
    return pages.get_template("reply.txt.j2").render(problem=problem, tests=tests, title=assignment_title) + "\n"


def seen(test: TestResult, fault: BaseException | None, lines: set[str]) -> str:
    """Return what was seen, without anything that student code has made up while it had hidden values at hand."""
    if isinstance(fault, StudentError):
        return raised(fault, lines)
    text = QUOTED.sub(r"\1 as an array of numbers", test.message)
    return TELLING.sub("…", text)


def raised(fault: StudentError, lines: set[str]) -> str:
    """Return that code raised, and where, by lines that it holds."""
    known = getattr(builtins, fault.name, None)
    named = isinstance(known, type) and issubclass(known, BaseException)
    places = [line for line in fault.lines if line.partition(": ")[2].strip() in lines and PLACE.match(line)]
    return "\n".join([f"Your code raised {fault.name if named else 'an exception'}.", *places])
