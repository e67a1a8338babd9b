"""What `make test` leaves to `make test-all`: of many cases of one kind, some show as much as all in a few minutes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import pytest

thorough = pytest.mark.thorough


def some(cases: Iterable[Any], count: int) -> list[Any]:
    """Return parameters for all cases, of which so many, spread evenly, are tried in `make test`.

    Args:
        cases: The cases; a tuple holds the values of several arguments.
        count: How many.
    """
    there = list(cases)
    kept = {number * len(there) // count for number in range(count)}
    return [_parameter(case, quick=number in kept) for number, case in enumerate(there)]


def one_of_each(cases: Iterable[Any], kind: Callable[[Any], Hashable]) -> list[Any]:
    """Return parameters for all cases, of which the first of each kind is tried in `make test`."""
    seen: set[Hashable] = set()
    made = []
    for case in cases:
        made.append(_parameter(case, quick=kind(case) not in seen))
        seen.add(kind(case))
    return made


def _parameter(case: Any, *, quick: bool) -> Any:
    values = case if isinstance(case, tuple) else (case,)
    return pytest.param(*values, marks=() if quick else thorough)
