"""Describes one problem of an assignment: what has points."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One problem, the unit that has points.

    Attributes:
        id: Its name: the ``grade_id`` of its stub cell.
        points: Its points in the source notebook.
        check: The ``grade_id`` of the cell that holds its checks; for a question that a person marks, its own.
        functions: The functions that its stub cell defines.
        manual: Whether a person marks it.
    """

    id: str
    points: float
    check: str
    functions: tuple[str, ...]
    manual: bool
