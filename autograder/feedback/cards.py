"""Says of each problem how it came out: what a card of the page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import nbformat
from markupsafe import Markup
from nbgrader import utils

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.gradebook_scores import CellGrade
from autograder.course.joined_notebooks import as_in_its_notebook
from autograder.course.problem import Problem
from autograder.course.results import Diagnosis, ProblemResult, Record, TestResult, Verdict
from autograder.course.score import given
from autograder.feedback.entered import Entered
from autograder.feedback.excerpts import Excerpt, excerpts, raised_at, traced
from autograder.feedback.show import NOTHING, Texts
from autograder.i18n.messages import Text, gettext_noop
from autograder.marking.feedback import GATED, TableRow, kind_of_failure, shown_as, table_rows, what_code_does
from autograder.testing.case import NO_KEY, RETURNED_NONE, TOO_FEW
from autograder.testing.runner import ENDED, RAISED, STILL_RUNNING


class State(StrEnum):
    """How a problem came out."""

    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNWRITTEN = "unwritten"
    WAITING = "waiting"
    GRADER_ERROR = "grader_error"
    SHARED = "shared"


WORDS = {
    State.RIGHT: gettext_noop("right"),
    State.PARTLY: gettext_noop("partly right"),
    State.WRONG: gettext_noop("not right yet"),
    State.UNWRITTEN: gettext_noop("not written yet"),
    State.WAITING: gettext_noop("waits for a person"),
    State.GRADER_ERROR: gettext_noop("waits for a person"),
    State.SHARED: gettext_noop("not run: takes the share of {problem}"),
}
TO_DO = (State.PARTLY, State.WRONG, State.UNWRITTEN)
# What no name of a mistake in values is about. Who reads of such a mistake would overlook it, and mend one of two.
OTHER_THAN_VALUES = {RAISED, STILL_RUNNING, ENDED, RETURNED_NONE, TOO_FEW, NO_KEY}
BESIDES_MAX = 3


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
        comment_source: The same, as it was typed.
        answer: The answer to a question that a person marks, as HTML; empty for a task.
        code: The student's code.
        needs: The problem that has to be right for this one to be run; empty for most.
    """

    problem: Problem
    state: State
    points: float | None
    max_score: float
    result: ProblemResult | None
    by_hand: bool = False
    comment: Markup = NOTHING
    comment_source: str = ""
    answer: Markup = NOTHING
    code: tuple[Excerpt, ...] = ()
    needs: str = ""

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

    @cached_property
    def _all_rows(self) -> list[TableRow]:
        # What fails where nothing was written says nothing of what somebody did.
        told = self.result and self.state not in (State.UNWRITTEN, State.SHARED)
        return table_rows(self.result) if self.result and told else []

    @property
    def causes(self) -> list[Diagnosis]:
        """What is behind its failures, as far as that is known."""
        return self.result.diagnoses if self.result and self.state is not State.UNWRITTEN else []

    @property
    def first_fault(self) -> TestResult | None:
        """Its first test that failed, or else that was not run."""
        lost = [row.test for row in self._all_rows if row.test.verdict is not Verdict.PASSED]
        return next((test for test in lost if test.verdict is Verdict.FAILED), lost[0] if lost else None)

    @property
    def told_first(self) -> Text:
        """What is said of it at the top of the page; empty where nothing is."""
        if not self.causes:
            return self.first_fault.message if self.first_fault else ""
        cause = self.causes[0]
        failed = {test.id for test in self.result.tests if test.verdict is Verdict.FAILED} if self.result else set()
        # What explains some of the tests alone is true of these.
        return cause.title if self.result is None or failed <= {*cause.tests} else what_code_does(self.result, cause)

    @property
    def besides(self) -> list[TableRow]:
        """The lines of failures that are of another kind than what is said of it first."""
        explained = {test for one in self.causes for test in one.tests}
        if not self.causes and self.first_fault:
            first = kind_of_failure(self.first_fault)
            explained = {row.test.id for row in self._all_rows if kind_of_failure(row.test) == first}
        found = [row for row in self._all_rows if row.test.id not in explained and row.like is None]
        failed = [row for row in found if row.test.verdict is Verdict.FAILED]
        return [row for row in failed if kind_of_failure(row.test) in OTHER_THAN_VALUES][:BESIDES_MAX]

    @property
    def lines(self) -> list[str]:
        """The numbers of the lines of its code at which failed tests ended."""
        return [str(line.number) for piece in self.code for line in piece.lines if line.here]

    @property
    def lost(self) -> float:
        """The points that it lost."""
        return self.max_score - (self.points or 0.0)

    @property
    def at_fault(self) -> bool:
        """Whether something in its own code is known to be wrong: other tests were not run for an earlier fault."""
        if self.result is None or self.by_hand:
            return True
        failed = [test for test in self.result.tests if test.verdict is Verdict.FAILED and shown_as(test) != GATED]
        return bool(failed or self.result.deductions)


def _is_plain(test: TestResult) -> bool:
    return test.verdict is Verdict.PASSED and not test.message and not test.own


def look_first(cards: Sequence[Card]) -> Card | None:
    """Return the card that its student should look at first, the earliest of those by which most points are lost.

    What is not written yet begins with its first problem, on which the others are built: that one stands for all. A
    problem in whose own code nothing is known to be wrong was not run for an earlier one, which loses its points.
    """
    to_do = [card for card in cards if card.to_do]
    unwritten = [card for card in to_do if card.state is State.UNWRITTEN]
    lost: dict[str, float] = {}
    for card in to_do:
        if card.state is State.UNWRITTEN:
            blamed = unwritten[0].id
        elif card.at_fault or not lost:
            blamed = card.id
        lost[blamed] = lost.get(blamed, 0.0) + card.lost
    most = max(lost.values(), default=0.0)
    return next((card for card in to_do if lost.get(card.id) == most), None)


def cards_of(
    assignment: Assignment, record: Record, notebook: nbformat.NotebookNode, entered: Entered | None, texts: Texts
) -> list[Card]:
    """Return a card for each problem, in the order of the notebook.

    Args:
        assignment: In the submission's language.
        record: What came of the submission.
        notebook: The marked notebook, without what is for staff.
        entered: What the gradebook says of it; None where there is none.
        texts: Shows its answers and what people wrote.
    """
    # Of those without a name, and of two of one name, the last: no problem has an empty name.
    cells = {grade_id(cell): cell for cell in notebook.cells}
    return [
        _card(assignment, problem, record.problem(name), cells, entered or Entered(), texts)
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
    points = entered.cells.get(problem.check)
    max_score = points.max_score if points else result.max_score if result else problem.points
    # The cell of a task is the course's own: its student answers in others.
    cell = cell if (cell := cells.get(problem.stub or problem.id)) is not None and utils.is_solution(cell) else None
    score = _score(points, result)
    check = cells.get(problem.check)
    untouched = cell is not None and is_untouched(cell)
    by_hand = points is not None and (points.manual_score is not None or bool(points.extra_credit))
    seen = raised_at(result) | (traced(check) if check is not None else set()) if result else set()
    comment = entered.comments.get(problem.id, "")
    return Card(
        problem=problem,
        state=state_of(result, score, max_score, untouched=untouched, by_hand=by_hand),
        points=score,
        max_score=max_score,
        result=result,
        by_hand=by_hand,
        comment=texts.html(comment) if comment else NOTHING,
        comment_source=comment,
        answer=texts.html(cell.source, cell.get("attachments")) if cell and problem.manual else NOTHING,
        code=() if cell is None or problem.manual or untouched else excerpts(cell.source, assignment.catalogue, seen),
        needs=assignment.needs.get(problem.id, ""),
    )


def _score(points: CellGrade | None, result: ProblemResult | None) -> float | None:
    if points is not None:
        return given(points)
    return None if result is None or result.unresolved else result.score


def state_of(
    result: ProblemResult | None,
    score: float | None,
    max_score: float,
    *,
    untouched: bool = False,
    by_hand: bool = False,
) -> State:
    """Return how a problem came out.

    Args:
        result: What its tests came to; None for a question that a person marks.
        score: Its points so far; None while they wait for a person.
        max_score: The points that it could have had.
        untouched: Whether its cell is as its student got it.
        by_hand: Whether a person gave the points.
    """
    if result is not None and result.shared and not by_hand:
        return State.SHARED
    if score is None:
        return State.GRADER_ERROR if result is not None and result.unresolved else State.WAITING
    if score >= max_score:
        return State.RIGHT
    if untouched or (result is not None and result.not_attempted):
        return State.UNWRITTEN
    return State.PARTLY if score > 0 else State.WRONG


def is_untouched(cell: nbformat.NotebookNode) -> bool:
    """Return whether a cell is as its student got it."""
    return bool(cell.metadata.get("nbgrader", {}).get("checksum") == utils.compute_checksum(as_in_its_notebook(cell)))
