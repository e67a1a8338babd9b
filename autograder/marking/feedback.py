"""Makes what students and TAs see of results: the table of a problem's tests, as HTML and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat

from autograder.course.results import Basis, Diagnosis, ProblemResult, TestResult, Verdict
from autograder.course.score import points
from autograder.i18n.catalogue import ENGLISH, Catalogue
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import Message, gettext_noop
from autograder.pages.environment import templates

# Sentences contain file names, which people choose: a name must not become a link or a heading.
MARKDOWN, BACKSLASH = re.compile(r"([\\`*_{}\[\]()#!|<>~$&])"), r"\\\1"
TEMPLATES = Path(__file__).with_name("templates")
MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_RUN: "-", Verdict.GRADER_ERROR: "?"}
BASES = {
    Basis.OWN: "",
    Basis.FOLLOW_THROUGH: gettext_noop("The mistake in an earlier function is not counted again here."),
    Basis.SHARE: "",  # the test's message says it, with the points
    Basis.SHIFTED: gettext_noop("Marked on what follows <START>."),
}
VERDICTS = {
    Verdict.PASSED: gettext_noop("passed"),
    Verdict.FAILED: gettext_noop("failed"),
    Verdict.NOT_RUN: gettext_noop("not run"),
    Verdict.GRADER_ERROR: gettext_noop("a fault of the grader's"),
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


def explained_numbers(result: ProblemResult, diagnosis: Diagnosis) -> list[str]:
    """Return the numbers of the tests that a diagnosis explains, as the table counts them."""
    return [str(number) for number, test in enumerate(result.tests, start=1) if test.id in diagnosis.tests]


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
            bases=BASES,
            verdicts=VERDICTS,
            explained_numbers=explained_numbers,
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
