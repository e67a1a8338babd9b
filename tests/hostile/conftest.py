"""Attacks are data: pytest must neither collect nor run them. The yard is made once for all tests of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hostile.yard import Yard, open_yard

collect_ignore = ["attacks"]


@pytest.fixture(scope="package")
def yard() -> Iterator[Yard]:
    """The bait that attacks are aimed at."""
    with open_yard() as made:
        yield made
