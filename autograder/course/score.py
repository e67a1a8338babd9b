"""Adds up the one score of a submission that every output shows: what it has so far, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from autograder.course.results import Record
from autograder.i18n.messages import Message, say

# Points are rounded to so many decimals wherever they are added up.
DECIMALS = 4


def points(value: float) -> str:
    """Return points as people write them: 1.5, not 1.50; at most two decimals."""
    return f"{round(value, 2):g}"


class GradedCell(Protocol):
    """The points of one graded cell: nbgrader's ``Grade``, or a row of its table."""

    @property
    def auto_score(self) -> float | None:
        """Automatic points; None while there are none: a person marks the cell, or the grader has failed on it."""

    @property
    def manual_score(self) -> float | None:
        """Points that a person gave instead; None when nobody did."""

    @property
    def extra_credit(self) -> float | None:
        """Points that a person gave in addition; None when nobody did."""

    @property
    def max_score(self) -> float:
        """The cell's points."""


def given(cell: GradedCell) -> float | None:
    """Return the points of a graded cell as nbgrader adds them up; None where they wait for a person."""
    score = cell.auto_score if cell.manual_score is None else cell.manual_score
    return None if score is None else score + (cell.extra_credit or 0.0)


@dataclass(frozen=True)
class Score:
    """The score of one submission.

    Attributes:
        points: The points so far, less what is taken off for being late.
        marked: The maximum of what has been marked.
        waiting: The maximum of what waits for a person: written questions, and problems on which the grader failed.
    """

    points: float
    marked: float
    waiting: float = 0.0

    @classmethod
    def of_record(cls, record: Record) -> Score:
        """Return the score that a record alone gives: without what a person has entered in the gradebook since."""
        unresolved = [problem for problem in record.problems if problem.unresolved]
        # A refused submission waits for nobody: it has 0 of everything until it is handed in again.
        waiting = sum(one.max_score for one in unresolved) + (record.manual_max_score if record.manual else 0.0)
        # The gradebook has no points of such a problem either, whatever its other tests got.
        score = record.score - sum(one.score for one in unresolved)
        return cls._rounded(score, record.max_score + record.manual_max_score - waiting, waiting)

    @classmethod
    def of_cells(cls, cells: Iterable[GradedCell], penalty: float | None = None) -> Score:
        """Return the score that a gradebook gives.

        Args:
            cells: The graded cells of one submission, all of them.
            penalty: The points that it loses for being late; a score is never below 0.
        """
        score, marked, waiting = 0.0, 0.0, 0.0
        for cell in cells:
            if (got := given(cell)) is None:
                waiting += cell.max_score
            else:
                score, marked = score + got, marked + cell.max_score
        return cls._rounded(max(0.0, score - (penalty or 0.0)), marked, waiting)

    @classmethod
    def _rounded(cls, score: float, marked: float, waiting: float) -> Score:
        return cls(round(score, DECIMALS), round(marked, DECIMALS), round(waiting, DECIMALS))

    @property
    def most(self) -> float:
        """The maximum of the assignment: the same for every submission."""
        return round(self.marked + self.waiting, DECIMALS)

    @property
    def sentence(self) -> Message:
        """The score in words: ``80 of 92 so far, 8 wait for a person``, or ``85 of 100``."""
        if not self.waiting:
            return say("{points} of {most}", points=points(self.points), most=points(self.most))
        shown = {"points": points(self.points), "marked": points(self.marked)}
        if (waiting := points(self.waiting)) == "1":
            return say("{points} of {marked} so far, 1 waits for a person", **shown)
        return say("{points} of {marked} so far, {waiting} wait for a person", **shown, waiting=waiting)
