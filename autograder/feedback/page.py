"""Makes the feedback page of one submission."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.results import Record
from autograder.course.score import Score
from autograder.feedback.cards import WORDS, Card
from autograder.feedback.content import content_of
from autograder.feedback.entered import Entered
from autograder.feedback.notebook import Check, shown_cells
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, gettext_noop
from autograder.marking.execution.outputs import storable
from autograder.marking.feedback import TABLE_NAMES
from autograder.marking.notebook_runner import CELL_ENDED, CELL_STOPPED
from autograder.pages.environment import templates

TEMPLATES = Path(__file__).with_name("templates")
CHECKS = {
    Check.PASSED: gettext_noop("Check in the notebook: passed"),
    Check.FAILED: gettext_noop("Check in the notebook: failed"),
    Check.NOT_RUN: gettext_noop("Check in the notebook: not run"),
}
# The width of the bar of points, in units of its drawing.
BAR = 1000


@dataclass(frozen=True)
class Segment:
    """One problem's place in the bar of points, in units of the drawing."""

    start: float
    width: float
    got: float
    waits: bool


def feedback_page(
    assignment: Assignment,
    record: Record,
    notebook: nbformat.NotebookNode | None,
    entered: Entered | None = None,
    *,
    beside: bool = False,
    hints_from: int | None = None,
) -> str:
    """Return the feedback page of a submission, as HTML in its language.

    Args:
        assignment: In any of its languages.
        record: What came of the submission.
        notebook: The marked notebook; None where it was refused, or the grader failed on the whole of it.
        entered: What the gradebook says of it; None where there is no gradebook.
        beside: Whether the notebook is one that stands beside the assignment's own. Its page shows its cells, and no
            problem and no score.
        hints_from: The attempt from which on hints are shown; None: as ``assignment.toml`` says.

    Raises:
        CourseError: The assignment's source is missing.
    """
    content = content_of(assignment, record, notebook, entered, beside=beside, hints_from=hints_from)
    shared = {"content": content, "language": content.assignment.language, "say": content.say}
    if content.notebook is None:
        return storable(_template("unmarked.html.j2", **shared))
    return storable(
        _template(
            "feedback.html.j2",
            **shared,
            score_words=around_points(content.assignment.catalogue, content.score),
            segments=segments(content.cards),
            bar=BAR,
            cells=shown_cells(content.assignment, content.notebook, content.cards, content.texts),
            words=WORDS,
            checks=CHECKS,
            **TABLE_NAMES,
            cell_of=cell_of,
        )
    )


def cell_of(note: Message) -> int | None:
    """Return the number of the cell that a note of a record is about; None for most."""
    number = note.values.get("number") if note.template in (CELL_STOPPED, CELL_ENDED) else None
    return number if isinstance(number, int) else None


def around_points(catalogue: Catalogue, score: Score) -> tuple[str, str]:
    """Return what the sentence of a score says before its points and after them: they stand out on the page."""
    sentence, place = score.sentence, "\0"
    before, _, after = catalogue.say(replace(sentence, values={**sentence.values, "points": place})).partition(place)
    return before, after


def _template(name: str, **values: Any) -> str:
    return templates(TEMPLATES).get_template(name).render(**values)


def segments(cards: list[Card]) -> list[Segment]:
    """Return the places of the problems in the bar of points, by their share of all points."""
    total = sum(card.max_score for card in cards) or 1.0
    made, start = [], 0.0
    for card in cards:
        width = BAR * card.max_score / total
        got = BAR * min(max(card.points or 0.0, 0.0), card.max_score) / total
        made.append(Segment(round(start, 1), round(width, 1), round(got, 1), card.points is None))
        start += width
    return made
