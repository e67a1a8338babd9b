"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest

# The tiny course that tests of all rooms use.
pytest_plugins = ["tests.support.course"]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of later garbage collections what stays until the end: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()
