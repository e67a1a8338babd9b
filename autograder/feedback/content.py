"""Finds out what the feedback on one submission says, in whatever form it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import Hints
from autograder.course.results import Record, Status
from autograder.course.score import Score
from autograder.feedback.cards import Card, State, cards_of, look_first
from autograder.feedback.entered import Entered
from autograder.feedback.notebook import without_staff_parts
from autograder.feedback.show import Texts
from autograder.i18n.messages import Text
from autograder.i18n.terminal import printable
from autograder.marking.figures import Figures


@dataclass(frozen=True)
class Content:
    """What the feedback on one submission says.

    Attributes:
        assignment: In the submission's language.
        record: What came of the submission.
        notebook: The marked notebook, without what is for staff; None where it was refused, or the grader failed on the
            whole of it: then there is nothing to say of problems.
        score: The score that every output shows.
        penalty: What lateness takes off, in points.
        cards: What came of each problem, in the order of the notebook.
        hint: How hints are shown: ``folded``, ``shown``, or ``later``.
        hints_from: The attempt from which on they are, where that is later.
        texts: Shows the texts of the notebook.
    """

    assignment: Assignment
    record: Record
    notebook: nbformat.NotebookNode | None
    score: Score
    penalty: float
    cards: list[Card]
    hint: str
    hints_from: int
    texts: Texts

    @property
    def first(self) -> Card | None:
        """What its student should look at first; None where there is nothing to do."""
        return look_first(self.cards)

    @property
    def bears_others(self) -> bool:
        """Whether other problems are built on what its student should look at first."""
        first = self.first
        if first is None:
            return False
        functions = {*self.assignment.problems[first.id].functions}
        entries = (entry for entry in self.assignment.stand_ins if entry.used_by)
        return first.id in self.assignment.needs.values() or any(
            not functions.isdisjoint((entry.forward, entry.backward)) for entry in entries
        )

    @property
    def failed_grader(self) -> list[Card]:
        """The problems on which the grader failed."""
        return [card for card in self.cards if card.state is State.GRADER_ERROR]

    def say(self, text: Text, /, **values: Any) -> str:
        """Return a text in which every character shows: what is filled in can come from a student."""
        return printable(self.assignment.catalogue.say(text, **values))


def content_of(
    assignment: Assignment,
    record: Record,
    notebook: nbformat.NotebookNode | None,
    entered: Entered | None = None,
    *,
    beside: bool = False,
    hints_from: int | None = None,
) -> Content:
    """Return what the feedback on a submission says.

    Args:
        assignment: In any of its languages.
        record: What came of the submission.
        notebook: The marked notebook; None where it was refused, or the grader failed on the whole of it.
        entered: What the gradebook says of it; None where there is no gradebook.
        beside: Whether the notebook is one that stands beside the assignment's own, in which there is no problem.
        hints_from: The attempt from which on hints are shown; None: as ``assignment.toml`` says.

    Raises:
        CourseError: The assignment's source is missing.
    """
    assignment = assignment.in_language(record.language)
    texts = Texts(assignment.catalogue, Figures(assignment.course, assignment.name))
    if record.status is Status.REJECTED:
        notebook = None
    if notebook is not None:
        # Marking has put back into them what is for those who mark.
        notebook = nbformat.NotebookNode(notebook, cells=[without_staff_parts(cell) for cell in notebook.cells])
    return Content(
        assignment=assignment,
        record=record,
        notebook=notebook,
        score=entered.score if entered else Score.of_record(record),
        penalty=entered.penalty if entered else 0.0,
        cards=[] if beside or notebook is None else cards_of(assignment, record, notebook, entered, texts),
        hint=_hint(assignment.hints, record.attempt, hints_from),
        hints_from=hints_from or 2,
        texts=texts,
    )


def _hint(hints: Hints, attempt: int, hints_from: int | None) -> str:
    """Return how hints are shown: ``folded``, ``shown``, or ``later``."""
    if hints is Hints.SECOND_ATTEMPT:
        hints, hints_from = Hints.FOLDED, hints_from or 2
    return hints.value if hints_from is None or attempt >= hints_from else "later"
