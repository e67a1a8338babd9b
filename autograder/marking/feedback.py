"""Makes what students and TAs see of results: the table of a problem's tests, as HTML and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat

from autograder.course.results import Basis, Confidence, Diagnosis, ProblemResult, TestResult, Verdict
from autograder.course.score import points
from autograder.i18n.catalogue import ENGLISH, Catalogue
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.pages.environment import templates
from autograder.testing.scoring import GATE_CLOSED

# Sentences contain file names, which people choose: a name must not become a link or a heading.
MARKDOWN, BACKSLASH = re.compile(r"([\\`*_{}\[\]()#!|<>~$&])"), r"\\\1"
TEMPLATES = Path(__file__).with_name("templates")
# What a test is shown as that passed, and that the gate keeps from counting.
GATED = "gated"
MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_RUN: "-", Verdict.GRADER_ERROR: "?", GATED: "-"}
BASES = {
    Basis.OWN: "",
    Basis.FOLLOW_THROUGH: gettext_noop("The mistake in an earlier function is not counted again here."),
    Basis.SHARE: "",  # the test's message says it, with the points
    Basis.IN_KERNEL: gettext_noop("The course's check ran in the same process as your code."),
    Basis.SHIFTED: gettext_noop("Marked on what follows <START>."),
}
VERDICTS = {
    Verdict.PASSED: gettext_noop("passed"),
    Verdict.FAILED: gettext_noop("failed"),
    Verdict.NOT_RUN: gettext_noop("not run"),
    Verdict.GRADER_ERROR: gettext_noop("a fault of the grader's"),
    GATED: gettext_noop("does not count yet"),
}


@dataclass(frozen=True)
class TableRow:
    """One line of a problem's table.

    Attributes:
        first: The number of its test, counted from 1; of the first one, where the line stands for several.
        tests: Its test, or several neighbours that were not run for one reason.
        like: The number of the test that has the same message, and above which it is read; None for most.
    """

    first: int
    tests: tuple[TestResult, ...]
    like: int | None = None

    @property
    def test(self) -> TestResult:
        """Its test, or the first of them."""
        return self.tests[0]

    @property
    def last(self) -> int:
        """The number of its last test."""
        return self.first + len(self.tests) - 1

    @property
    def score(self) -> float:
        """Its points."""
        return sum(test.score for test in self.tests)

    @property
    def max_score(self) -> float:
        """Points it could have had."""
        return sum(test.max_score for test in self.tests)


def table_rows(result: ProblemResult) -> list[TableRow]:
    """Return the lines of a problem's table: what holds for several tests is said once."""
    rows: list[TableRow] = []
    said: dict[str, int] = {}
    for number, test in enumerate(result.tests, start=1):
        message = str(test.message)
        before = rows[-1] if rows else None
        alike = before is not None and str(before.test.message) == message
        if before is not None and alike and before.test.verdict is test.verdict is Verdict.NOT_RUN:
            rows[-1] = replace(before, tests=(*before.tests, test))
            continue
        rows.append(TableRow(number, (test,), said.get(message) if message else None))
        said.setdefault(message, number)
    return rows


def shown_as(test: TestResult) -> str:
    """Return what a test is shown as: one of `VERDICTS`."""
    return GATED if test.message.template == GATE_CLOSED else test.verdict


def kind_of_failure(test: TestResult) -> str:
    """Return what tells one way to fail from another: what was seen, without its values."""
    return test.message.template


def what_code_does(result: ProblemResult, diagnosis: Diagnosis) -> Message:
    """Return what a diagnosis says of the code, with the numbers of the tests that it explains."""
    numbers = [str(number) for number, test in enumerate(result.tests, start=1) if test.id in diagnosis.tests]
    certain = diagnosis.confidence is Confidence.CERTAIN
    if len(numbers) == 1:
        one = {"number": numbers[0], "title": diagnosis.title}
        if certain:
            return say("What your code does (test {number}): {title}", **one)
        return say("In test {number}, your values are those of code that does this: {title}", **one)
    several = {"numbers": numbers, "title": diagnosis.title}
    if certain:
        return say("What your code does (tests {numbers}): {title}", **several)
    return say("In tests {numbers}, your values are those of code that does this: {title}", **several)


# What both tables of a problem's tests, this one and that of the feedback page, ask of a result.
TABLE_NAMES = {
    "bases": BASES,
    "verdicts": VERDICTS,
    "what_code_does": what_code_does,
    "shown_as": shown_as,
    "kind_of_failure": kind_of_failure,
}


def problem_html(result: ProblemResult, catalogue: Catalogue = ENGLISH) -> str:
    """Return the table of a problem's tests.

    Args:
        result: What the tests came to.
        catalogue: Says it in the student's language.
    """
    return (
        templates(TEMPLATES)
        .get_template("problem.html.j2")
        .render(
            problem=result,
            rows=table_rows(result),
            say=catalogue.say,
            language=catalogue.language,
            other=catalogue.language != DEFAULT,
            marks=MARKS,
            **TABLE_NAMES,
        )
    )


def problem_output(result: ProblemResult, catalogue: Catalogue = ENGLISH) -> nbformat.NotebookNode:
    """Return the output of an autograded test cell: the points as nbgrader reads them, and the table."""
    data = {"text/plain": points(result.score), "text/html": problem_html(result, catalogue)}
    output: nbformat.NotebookNode = nbformat.v4.new_output("execute_result", data=data, execution_count=None)
    return output


def mended_cell(sentences: Iterable[Message], catalogue: Catalogue = ENGLISH) -> nbformat.NotebookNode:
    """Return the text cell that lists what had to be repaired in a submission."""
    lines = (f"- {MARKDOWN.sub(BACKSLASH, catalogue.say(sentence))}" for sentence in sentences)
    heading = catalogue.say("Before it could be marked, this hand-in had to be mended:")
    text = "\n".join([f"**{heading}**", "", *lines])
    # A fixed id, so that marking the same submission again gives the same bytes.
    cell: nbformat.NotebookNode = nbformat.v4.new_markdown_cell(text, id="mended")
    return cell
