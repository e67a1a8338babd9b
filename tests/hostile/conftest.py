"""Attacks are data: pytest must neither collect nor run them. While the yard is open the grader works in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.yard import Yard, open_yard

collect_ignore = ["attacks"]


# Of a module, so that it is closed before other tests: these folders are no package, whose scope would be the session.
@pytest.fixture(scope="module")
def yard() -> Iterator[Yard]:
    """The bait that attacks are aimed at."""
    with open_yard() as made:
        yield made
