"""What holds for all tests."""

from __future__ import annotations

import gc
from typing import Any

import pytest

# The tiny course and the gradebook that tests of several packages use.
pytest_plugins = ["tests.support.course", "tests.support.gradebook", "tests.support.postgres"]
# Files that share what takes long to make, as the class of tests/grading that nbgrader marks, or that would be handed
# out last, having few tests, though each takes long.
TOGETHER = ("tests/grading/", "tests/nbgrader_plugins/", "tests/release/")


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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Let one worker run all files of a folder that is in `TOGETHER`."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    scheduling = LoadFileScheduling(config, log)
    file_of = scheduling._split_scope

    def scope_of(nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), file_of(nodeid))

    scheduling._split_scope = scope_of
    return scheduling


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of later garbage collections what stays until the end: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()
