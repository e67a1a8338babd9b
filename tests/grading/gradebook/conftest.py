"""An opened gradebook that no class has been marked in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.grading.gradebook.book import Book
from tests.support.gradebook import NAME


@pytest.fixture
def book(url: str) -> Iterator[Book]:
    """That gradebook, opened."""
    opened = Book(url, "cs231n", NAME)
    yield opened
    opened.close()
