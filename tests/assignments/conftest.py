"""What marks hand-ins for the assignments of the kit's own course."""

from __future__ import annotations

import pytest

from autograder.course.course import SALT_VARIABLE
from tests.assignments.marker import Marker
from tests.assignments.names import NAMES


@pytest.fixture(scope="session", params=NAMES)
def marker(request: pytest.FixtureRequest) -> Marker:
    """Marks hand-ins, for each of the assignments in turn."""
    return Marker.of(request.param)


@pytest.fixture(autouse=True)
def fixed_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make these tests the same on every machine."""
    monkeypatch.setenv(SALT_VARIABLE, "tests")
