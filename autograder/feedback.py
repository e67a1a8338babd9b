"""What students and TAs see of results: the table of a problem's tests, as HTML and as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.results import Basis, ProblemResult, Verdict

# File names are in sentences, and are whatever people write.
MARKDOWN, BACKSLASH = re.compile(r"([\\`*_{}\[\]()#!|<>~$&])"), r"\\\1"
TEMPLATES = Path(__file__).with_name("templates")
MARKS = {Verdict.PASSED: "✓", Verdict.FAILED: "✗", Verdict.NOT_RUN: "-", Verdict.GRADER_ERROR: "?"}
BASES = {
    Basis.OWN: "",
    Basis.FOLLOW_THROUGH: "Marked with what your earlier function returns: its mistake is not counted again.",
    Basis.SHIFTED: "Marked on what follows <START>.",
}


def points(value: float) -> str:
    """Return points as people write them: 1.5, not 1.50; at most two decimals."""
    return f"{round(value, 2):g}"


@cache
def templates() -> Environment:
    """Return the environment of all pages; it escapes everything that is put into them."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["points"] = points
    made.globals.update(marks=MARKS, bases=BASES)
    return made


def problem_html(result: ProblemResult) -> str:
    """Return the table of a problem's tests."""
    return templates().get_template("problem.html.j2").render(problem=result)


def problem_output(result: ProblemResult) -> nbformat.NotebookNode:
    """Return the output of an autograded test cell: the points as nbgrader reads them, and the table."""
    data = {"text/plain": points(result.score), "text/html": problem_html(result)}
    return nbformat.v4.new_output("execute_result", data=data, execution_count=None)


def mended_cell(sentences: Iterable[str]) -> nbformat.NotebookNode:
    """Return the text cell that tells what had to be mended in a hand-in."""
    lines = (f"- {MARKDOWN.sub(BACKSLASH, sentence)}" for sentence in sentences)
    text = "\n".join(["**Before it could be marked, this hand-in had to be mended:**", "", *lines])
    return nbformat.v4.new_markdown_cell(text, id="mended")
