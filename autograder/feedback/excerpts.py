"""Cuts a problem's code out of the marked notebook, with the numbers that its lines have in the student's files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import nbformat

from autograder.course.results import ProblemResult, Verdict
from autograder.feedback.show import CodeLine, code_lines
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message
from autograder.i18n.terminal import printable
from autograder.marking.sanitise import clean_text
from autograder.testing.redaction import LINE

# How `autograder.submissions.module_notebook` heads the code of a function from a module file.
HEADING = "{file}, line {number}"
# How IPython points at a line of a traceback.
POINTED = re.compile(r"^-{1,10}> (?P<number>\d{1,5}) (?P<code>.*)$", re.MULTILINE)
# A line at which code ended: its file (empty for a cell, None where it is not known), its number, and its text.
Line = tuple[str | None, int, str]


@dataclass(frozen=True)
class Excerpt:
    """A piece of a student's code.

    Attributes:
        place: The file that it is from, as it can be shown; empty for a cell of the notebook.
        lines: Its lines.
    """

    place: str
    lines: list[CodeLine]


def excerpts(source: str, catalogue: Catalogue, seen: Collection[Line] = ()) -> tuple[Excerpt, ...]:
    """Return the code of a stub cell, in a piece for each place that it is from.

    Args:
        source: The cell's text in the marked notebook.
        catalogue: In the language of the submission.
        seen: Lines to point at, those of other code among them.
    """
    heading = re.compile(f"# {_pattern(catalogue.text(HEADING))}")
    pieces: list[tuple[str, int, list[str]]] = []
    for line in source.split("\n"):
        if found := heading.fullmatch(line):
            pieces.append((found["file"], int(found["number"]), []))
        else:
            if not pieces:
                pieces.append(("", 1, []))
            pieces[-1][2].append(line)
    return tuple(
        Excerpt(printable(place), _lines("\n".join(lines), first, place, seen)) for place, first, lines in pieces
    )


def _pattern(template: str) -> str:
    shape = re.escape(template).replace(r"\{file\}", "(?P<file>.{1,200}?)")
    return shape.replace(r"\{number\}", r"(?P<number>\d{1,6})")


def _lines(source: str, first: int, place: str, seen: Collection[Line]) -> list[CodeLine]:
    texts = dict(enumerate(source.split("\n"), start=first))
    here = {at for file, at, code in seen if file in (place, None) and texts.get(at, "").strip() == code}
    return code_lines(source, first, here)


def raised_at(result: ProblemResult) -> set[Line]:
    """Return the lines at which failed tests ended."""
    failed = (test.message for test in result.tests if test.verdict is Verdict.FAILED)
    found = (LINE.fullmatch(line) for text in failed for line in _texts(text))
    return {
        (line["function"].partition(" in ")[2], int(line["number"]), line["code"].strip()) for line in found if line
    }


def traced(cell: nbformat.NotebookNode) -> set[Line]:
    """Return the lines to which the tracebacks point that a cell shows: of code that was stopped nothing else tells.

    Code can make any traceback. So a line counts only where it stands in the code with that number.
    """
    traces = ["\n".join(map(str, output.get("traceback", []))) for output in cell.get("outputs", [])]
    found = (one for trace in traces for one in POINTED.finditer(clean_text(trace, colours=0)))
    return {(None, int(one["number"]), one["code"].strip()) for one in found}


def _texts(message: Message) -> Iterable[str]:
    """Yield the lines of all that is filled into a message."""
    for value in message.values.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Message):
                yield from _texts(one)
            elif isinstance(one, str):
                yield from one.split("\n")
