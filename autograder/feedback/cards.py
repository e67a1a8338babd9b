"""Says of each problem how it came out: what a card of the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import nbformat
from markupsafe import Markup
from nbgrader import utils

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.problem import Problem
from autograder.course.results import Diagnosis, ProblemResult, Record, TestResult, Verdict
from autograder.course.score import given
from autograder.feedback.entered import Entered, EnteredPoints
from autograder.feedback.excerpts import Excerpt, excerpts
from autograder.feedback.show import NOTHING, Texts
from autograder.i18n.messages import gettext_noop
from autograder.marking.feedback import TableRow, table_rows


class State(StrEnum):
    """How a problem came out."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNWRITTEN = "unwritten"
    WAITING = "waiting"
    GRADER_ERROR = "grader_error"


WORDS = {
    State.RIGHT: gettext_noop("right"),
    State.PARTLY: gettext_noop("partly right"),
    State.WRONG: gettext_noop("not right yet"),
    State.UNWRITTEN: gettext_noop("not written yet"),
    State.WAITING: gettext_noop("waits for a person"),
    State.GRADER_ERROR: gettext_noop("waits for a person"),
}
TO_DO = (State.PARTLY, State.WRONG, State.UNWRITTEN)


@dataclass(frozen=True)
class Card:
    """One problem.

    Attributes:
        problem: The problem.
        state: How it came out.
        points: Its points so far; None while they wait for a person.
        max_score: The points that it could have had.
        result: What its tests came to; None for a question that a person marks.
        by_hand: Whether a person gave the points.
        comment: What a person wrote on it, as HTML; empty for most.
        answer: The answer to a question that a person marks, as HTML.
        code: The student's code.
    """

    problem: Problem
    state: State
    points: float | None
    max_score: float
    result: ProblemResult | None
    by_hand: bool = False
    comment: Markup = NOTHING
    answer: Markup = NOTHING
    code: tuple[Excerpt, ...] = ()

    @property
    def id(self) -> str:
        """The problem's name."""
        return self.problem.id

    @property
    def to_do(self) -> bool:
        """Whether its student has something to do."""
        return self.state in TO_DO

    @property
    def opened(self) -> bool:
        """Whether it is open when the page is: where something failed, or a person wrote something."""
        return self.state in (State.PARTLY, State.WRONG, State.GRADER_ERROR) or bool(self.comment)

    @property
    def rows(self) -> list[TableRow]:
        """The lines of its tests that did not pass, or that say something all the same."""
        return [row for row in self._all_rows if not _is_plain(row.test)]

    @property
    def passed(self) -> list[TableRow]:
        """The lines of its tests of which there is nothing to say but that they passed."""
        return [row for row in self._all_rows if _is_plain(row.test)]

    @property
    def _all_rows(self) -> list[TableRow]:
        # What fails where nothing was written says nothing of what somebody did.
        return table_rows(self.result) if self.result and self.state is not State.UNWRITTEN else []

    @property
    def causes(self) -> list[Diagnosis]:
        """What is behind its failures, as far as that is known."""
        return self.result.diagnoses if self.result and self.state is not State.UNWRITTEN else []

    @property
    def first_fault(self) -> TestResult | None:
        """Its first test that did not pass."""
        return next((row.test for row in self._all_rows if row.test.verdict is not Verdict.PASSED), None)


def _is_plain(test: TestResult) -> bool:
    return test.verdict is Verdict.PASSED and not test.message and not test.own


def cards_of(
    assignment: Assignment, record: Record, notebook: nbformat.NotebookNode, entered: Entered | None, texts: Texts
) -> list[Card]:
    """Return a card for each problem, in the order of the notebook.

    Args:
        assignment: In the submission's language.
        record: What came of the submission.
        notebook: The marked notebook.
        entered: What the gradebook says of it; None where there is none.
        texts: Shows its answers and what people wrote.
    """
    # Of those without a name, and of two of one name, the last: no problem has an empty name.
    cells = {grade_id(cell): cell for cell in notebook.cells}
    return [
        _card(assignment, problem, record.problem(name), cells, entered or Entered({}), texts)
        for name, problem in assignment.problems.items()
    ]


def _card(
    assignment: Assignment,
    problem: Problem,
    result: ProblemResult | None,
    cells: Mapping[str, nbformat.NotebookNode],
    entered: Entered,
    texts: Texts,
) -> Card:
    points = entered.points.get(problem.check)
    max_score = points.max_score if points else result.max_score if result else problem.points
    cell = cells.get(problem.id)
    score = _score(points, result)
    untouched = cell is not None and is_untouched(cell)
    comment = entered.comments.get(problem.id, "")
    return Card(
        problem=problem,
        state=_state(score, max_score, result, unwritten=untouched or (result is not None and result.not_attempted)),
        points=score,
        max_score=max_score,
        result=result,
        by_hand=points is not None and (points.manual_score is not None or bool(points.extra_credit)),
        comment=texts.html(comment) if comment else NOTHING,
        answer=texts.html(cell.source, cell.get("attachments")) if cell and problem.manual else NOTHING,
        code=() if cell is None or problem.manual or untouched else excerpts(cell.source, result, assignment.catalogue),
    )


def _score(points: EnteredPoints | None, result: ProblemResult | None) -> float | None:
    if points is not None:
        return given(points)
    return None if result is None or result.unresolved else result.score


def _state(score: float | None, max_score: float, result: ProblemResult | None, *, unwritten: bool) -> State:
    if score is None:
        return State.GRADER_ERROR if result is not None and result.unresolved else State.WAITING
    if score >= max_score:
        return State.RIGHT
    if unwritten:
        return State.UNWRITTEN
    return State.PARTLY if score > 0 else State.WRONG


def is_untouched(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell is as its student got it."""
    return bool(cell.metadata.get("nbgrader", {}).get("checksum") == utils.compute_checksum(cell))
