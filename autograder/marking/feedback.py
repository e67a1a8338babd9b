"""Makes what students and TAs see of results: the table of a problem's tests, as HTML and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.course.results import Basis, Diagnosis, ProblemResult, Verdict
from autograder.course.score import points
from autograder.i18n.catalogue import ENGLISH, Catalogue
from autograder.i18n.languages import DEFAULT
from autograder.i18n.messages import Message, gettext_noop

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


@cache
def templates(folder: Path = TEMPLATES) -> Environment:
    """Return the environment of the page templates in a folder; it escapes whatever is put into them."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        # A name that is misspelt in a template stops the marking; it would otherwise be an empty place on a page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.globals.update(marks=MARKS, bases=BASES, verdicts=VERDICTS, explained_numbers=explained_numbers)
    return made


def explained_numbers(result: ProblemResult, diagnosis: Diagnosis) -> list[str]:
    """Return the numbers of the tests that a diagnosis explains, as the table counts them."""
    return [str(number) for number, test in enumerate(result.tests, start=1) if test.id in diagnosis.tests]


def problem_html(result: ProblemResult, catalogue: Catalogue = ENGLISH) -> str:
    """Return the table of a problem's tests.

    Args:
        result: What the tests came to.
        catalogue: Says it in the student's language.
    """
    page = templates().get_template("problem.html.j2")
    notes = catalogue.say("; ").join(map(catalogue.say, result.notes))
    return page.render(
        problem=result, notes=notes, say=catalogue.say, language=catalogue.language, other=catalogue.language != DEFAULT
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
