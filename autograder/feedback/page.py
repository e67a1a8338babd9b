"""Makes the feedback page of one submission."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from msgspec.structs import replace

from autograder.course.assignment import Assignment, Hints
from autograder.course.results import Record, Status
from autograder.course.score import Score
from autograder.feedback.cards import WORDS, Card, State, cards_of, look_first
from autograder.feedback.entered import Entered
from autograder.feedback.notebook import Check, shown_cells, without_staff_parts
from autograder.feedback.show import Texts
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, Text, gettext_noop
from autograder.i18n.terminal import printable
from autograder.marking.execution.outputs import storable
from autograder.marking.feedback import TABLE_NAMES
from autograder.marking.figures import Figures
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
    assignment = assignment.in_language(record.language)
    catalogue = assignment.catalogue
    shared = {
        "assignment": assignment,
        "record": record,
        "language": assignment.language,
        "say": lambda text, **values: told(catalogue, text, **values),
    }
    if record.status is Status.REJECTED or notebook is None:
        return storable(_template("unmarked.html.j2", **shared))
    score = entered.score if entered else Score.of_record(record)
    # Marking has put back into them what is for those who mark.
    notebook = nbformat.NotebookNode(notebook, cells=[without_staff_parts(cell) for cell in notebook.cells])
    texts = Texts(catalogue, Figures(assignment.course, assignment.name))
    cards = [] if beside else cards_of(assignment, record, notebook, entered, texts)
    return storable(
        _template(
            "feedback.html.j2",
            **shared,
            score=score,
            score_words=around_points(catalogue, score),
            penalty=entered.penalty if entered else 0.0,
            cards=cards,
            first=look_first(cards),
            failed_grader=[card for card in cards if card.state is State.GRADER_ERROR],
            segments=segments(cards),
            bar=BAR,
            cells=shown_cells(assignment, notebook, cards, texts),
            hint=_hint(assignment.hints, record.attempt, hints_from),
            hints_from=hints_from or 2,
            words=WORDS,
            checks=CHECKS,
            **TABLE_NAMES,
            cell_of=cell_of,
        )
    )


def told(catalogue: Catalogue, text: Text, **values: Any) -> str:
    """Return a text in which every character shows: what is filled in can come from a student."""
    return printable(catalogue.say(text, **values))


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


def _hint(hints: Hints, attempt: int, hints_from: int | None) -> str:
    """Return how hints are shown: ``folded``, ``shown``, or ``later``."""
    if hints is Hints.SECOND_ATTEMPT:
        hints, hints_from = Hints.FOLDED, hints_from or 2
    return hints.value if hints_from is None or attempt >= hints_from else "later"


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
