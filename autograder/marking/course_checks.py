"""Gives the points of check cells that run in the kernel of the student's code, as nbgrader gives them.

For assignments that come from a plain nbgrader course: the code of such a cell, the part between the delimiters of
hidden tests included, is the test, and the points are those that nbgrader reads from what the cell shows. That is
weaker than hidden tests are, because the student's code can change what the check sees: each result says ``in_kernel``.

Where a check has a hidden part, the notebook is run twice. Points come from a run with it, of which nothing is shown.
What is shown comes from a run without it, in other kernels: code of a student's can look into the cell that called it.
"""

from __future__ import annotations

import ast
import builtins
import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import nbformat
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import determine_grade

from autograder.course.problem import Problem
from autograder.course.results import Basis, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import NOTHING, Message, say
from autograder.submissions.definitions import parsed

TITLE_MAX = 120
# What is shown of a value in the course's own message: numbers and lists of them. A text could be the hidden test's.
NUMBERS = re.compile(r"[-+\d.,eE()\[\] ]{1,40}|True|False|None")
TO_THE_ERROR_STREAM = say("The check wrote to the error stream, for example a warning. nbgrader gives no points then.")


class Unfinished(NamedTuple):
    """Why a cell did not run to its end.

    Attributes:
        message: What its student reads.
        began: Whether it was run at all.
    """

    message: Message
    began: bool


def without_hidden(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a check cell without its hidden part: the same cell where it has none."""
    made: nbformat.NotebookNode = nbformat.from_dict(cell)
    made, _ = ClearHiddenTests().preprocess_cell(made, {}, 0)
    return cell if made.source == cell.source else made


def check_result(
    problem: Problem, cell: nbformat.NotebookNode, unfinished: Unfinished | None, *, seconds: float = 0.0
) -> ProblemResult:
    """Return the result of a problem whose check cell was run in the kernel of the student's code.

    Args:
        problem: The problem.
        cell: Its check cell with its whole text, and with the outputs of the run.
        unfinished: Why it did not run to its end; None where it did.
        seconds: How long it ran.
    """
    score = 0.0 if unfinished else points_shown(cell.outputs, problem.points)
    if unfinished:
        verdict, message = (Verdict.FAILED if unfinished.began else Verdict.NOT_RUN), unfinished.message
    elif score is None:
        verdict = Verdict.GRADER_ERROR
        message = say(
            "The last expression of the check came to no number from 0 to {most}; a person will look at it.",
            most=problem.points,
        )
    elif score == problem.points:
        verdict, message = Verdict.PASSED, NOTHING
    else:
        verdict, message = Verdict.FAILED, what_failed(cell, score, problem.points)
    test = TestResult(
        id=problem.check,
        title=title_of(cell) or say("The course's check {cell}", cell=problem.check),
        verdict=verdict,
        score=score or 0.0,
        max_score=problem.points,
        basis=Basis.IN_KERNEL,
        message=message,
        seconds=round(seconds, 4),
    )
    return ProblemResult(id=problem.id, score=score or 0.0, max_score=problem.points, tests=[test])


def points_shown(outputs: Sequence[nbformat.NotebookNode], most: float) -> float | None:
    """Return the points that nbgrader reads from what a check cell shows; None where a person has to look at it.

    Nothing for an error, or for text on the error stream; the number that the last expression comes to; otherwise all
    points. nbgrader 0.9.6 gives all points for a number below 0 and for one that is no number (NaN), and drops the
    whole submission for one above ``most``: these are for a person.
    """
    meta = {"nbgrader": {"grade": True, "solution": False, "points": most}}
    cell = nbformat.from_dict({"cell_type": "code", "outputs": list(outputs), "metadata": meta})
    try:
        score = float(determine_grade(cell)[0])
    except (KeyError, ValueError):  # no text, or more points than there are
        return None
    shown = next((one.data.get("text/plain", "") for one in outputs if one.output_type == "execute_result"), "")
    return None if score == most and _is_no_score(shown) else score


def _is_no_score(shown: str) -> bool:
    try:
        value = float(shown)
    except ValueError:  # a text is no score, and nbgrader gives all points for it
        return False
    return math.isnan(value) or value < 0


def what_failed(cell: nbformat.NotebookNode, score: float, most: float) -> Message:
    """Return what a student reads of a check that failed; it shows nothing of the check but what its author says.

    Args:
        cell: The check cell with its whole text, and with the outputs of the run.
        score: The points that it gave.
        most: The points that it could give.
    """
    error = next((one for one in cell.outputs if one.output_type == "error"), None)
    if error is None:
        if score:
            return say("The check gives {score:g} of {most:g} points.", score=score, most=most)
        wrote = any(one.output_type == "stream" and one.name == "stderr" for one in cell.outputs)
        return TO_THE_ERROR_STREAM if wrote else say("The check gives no points.")
    if said := authors_words(cell.source, error.evalue):
        return say("A check of the course failed: {said}", said=said)
    # A name that Python has: any other could be a text of the student's making.
    known = getattr(builtins, error.ename, None) if error.ename.isidentifier() else None
    if error.ename != "AssertionError" and isinstance(known, type) and issubclass(known, BaseException):
        return say("A check of the course ended with {error}.", error=error.ename)
    return say("A check of the course failed.")


def authors_words(source: str, said: str) -> str:
    """Return the message of a failed check as far as its author wrote it; an empty text where nobody did.

    Values that the author put into it are shown where they are numbers.

    Args:
        source: The check cell's text.
        said: What the exception said: it comes from the kernel, and may be anything.
    """
    for parts in map(_parts, _messages(source)):
        # A message that is all value is nobody's words.
        if any(part and part.strip() for part in parts) and (values := _values(parts, said)) is not None:
            shown = iter(value if NUMBERS.fullmatch(value) else "…" for value in values)
            return "".join(next(shown) if part is None else part for part in parts)
    return ""


def _values(parts: Sequence[str | None], said: str) -> list[str] | None:
    """Return the values in a text of these parts; None for a text of other parts."""
    values: list[str] = []
    for number, part in enumerate(parts):
        if part is None:
            continue
        # By searching and not by a pattern, which a text could be made for that takes for ever.
        place = len(said) - len(part) if number == len(parts) - 1 else said.find(part)
        if place < 0 or not said.startswith(part, place) or (place and (number == 0 or parts[number - 1] is not None)):
            return None
        values += [said[:place]] if number and parts[number - 1] is None else []
        said = said[place + len(part) :]
    if parts and parts[-1] is None:
        return [*values, said]
    return None if said else values


def _messages(source: str) -> Iterator[ast.expr]:
    """Yield the messages in a check's text that exceptions can bear: of asserts, and of what it raises."""
    tree = parsed(source)
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Assert(msg=ast.expr() as message):
                yield message
            case ast.Raise(exc=ast.Call(args=[message, *_])):
                yield message


def _parts(message: ast.expr) -> list[str | None]:
    """Return the parts of a message: what its author wrote, and None for each value in it; no value beside another."""
    made: list[str | None] = []
    for part in _pieces(message):
        if made and made[-1] is not None and part is not None:
            made[-1] += part
        elif part is not None or not made or made[-1] is not None:
            made.append(part)
    return made


def _pieces(message: ast.expr) -> list[str | None]:
    match message:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.JoinedStr(values=values):
            return [str(part.value) if isinstance(part, ast.Constant) else None for part in values]
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return _split(r"\{[^{}]*\}", text)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return _split(r"%[-+ #0-9.]*[a-zA-Z]", text)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*_pieces(left), *_pieces(right)]
    return [None]


def _split(values: str, text: str) -> list[str | None]:
    first, *others = re.split(values, text)
    return [part for part in (first, *(part for other in others for part in (None, other))) if part != ""]


def title_of(cell: nbformat.NotebookNode) -> Message:
    """Return what a check looks at, in its author's words: what its visible part begins with, a text or a comment."""
    source = without_hidden(cell).source.strip()
    tree = parsed(source)
    first = tree.body[0] if tree is not None and tree.body else None
    match first:
        case ast.Expr(value=ast.Constant(value=str() as text)):
            line = text.strip().partition("\n")[0]
        case _:
            line = source.partition("\n")[0].lstrip("#").strip() if source.startswith("#") else ""
    return Message(line[:TITLE_MAX].strip())
