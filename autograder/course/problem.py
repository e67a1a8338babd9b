"""One graded thing of an assignment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One graded thing.

    Attributes:
        id: Its name: the ``grade_id`` of its stub cell.
        points: From the source notebook.
        check: The ``grade_id`` of the cell that holds its checks; for a question that a person marks, its own.
        functions: What its stub cell defines.
        manual: Whether a person marks it.
    """

    id: str
    points: float
    check: str
    functions: tuple[str, ...]
    manual: bool
