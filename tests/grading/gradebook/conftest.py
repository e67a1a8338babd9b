"""An opened gradebook that no class has been marked in, and records to enter in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from autograder.course.results import ProblemResult, Record, Status
from autograder.grading.gradebook.book import Book
from tests.support.gradebook import NAME


@pytest.fixture
def book(url: str) -> Iterator[Book]:
    """That gradebook, opened."""
    opened = Book(url, "cs231n", NAME)
    yield opened
    opened.close()


@pytest.fixture
def record_of() -> Callable[..., Record]:
    """Return a function that makes ada's record: points of ``double``, and what else it says."""

    def make(score: float | None = None, status: Status = Status.MARKED, **more: Any) -> Record:
        problems = [] if score is None else [ProblemResult(id="double", score=score, max_score=4)]
        return Record(
            **{
                "assignment": NAME,
                "student": "ada",
                "sha256": "",
                "status": status,
                "score": score or 0,
                "max_score": 4,
                "manual": ["why"],
                "problems": problems,
                "kit_version": "2",
                "tests_sha256": "b",
                "environment": {},
                "seconds": 0,
                **more,
            }
        )

    return make
