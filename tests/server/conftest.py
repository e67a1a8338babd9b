"""A server with people, its database in SQLite or in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.grading.dumps import new_database
from tests.support.sampling import thorough
from tests.support.school import School, make_school
from tests.support.seeded import Seeded, seed


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """A server with people, its database in SQLite."""
    made = make_school(tmp_path)
    yield made
    made.database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=thorough)])
def either_school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    """A server with people, on either database."""
    url = new_database(request.getfixturevalue("postgres")) if request.param == "postgresql" else None
    made = make_school(tmp_path, url=url)
    yield made
    made.database.close()


@pytest.fixture
def seeded(tmp_path: Path) -> Iterator[Seeded]:
    """A server in which each state of an attempt occurs."""
    made = seed(tmp_path)
    yield made
    made.school.database.close()
