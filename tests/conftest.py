"""What holds for all tests."""

from __future__ import annotations

import gc

import pytest

# The tiny course and the gradebook that tests of several rooms use.
pytest_plugins = ["tests.support.course", "tests.support.gradebook"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that `make test-all` gives."""
    parser.addoption("--all", action="store_true", dest="everything", help="also the tests that are marked thorough")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only `make test-all` runs."""
    if config.getoption("everything"):
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of later garbage collections what stays until the end: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()
