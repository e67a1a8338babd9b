"""Runs hidden tests on a submission in this process, with pytest's own output, for people who write such tests.

    pytest autograder/assignments/rnn_captioning/hidden --hand-in solutions/rnn_captioning

The submission is a folder in the original course's layout, and trusted: its code runs here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from autograder.testing.fixtures import HiddenFixtures


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--hand-in``."""
    parser.addoption("--hand-in", metavar="FOLDER", help="run hidden tests on this folder's modules, in this process")


def pytest_configure(config: pytest.Config) -> None:
    """Give hidden tests their fixtures when a submission is named."""
    folder = config.getoption("--hand-in")
    if folder is not None:
        config.pluginmanager.register(fixtures_for(Path(folder), config.args), "hand-in")


def fixtures_for(folder: Path, tests: list[str]) -> HiddenFixtures:
    """Return the plugin that gives the hidden tests at the paths ``tests`` their fixtures."""
    from autograder.course.assignment import Assignment
    from autograder.course.paths import ASSIGNMENTS
    from autograder.kernel.call_server import Server
    from autograder.testing.fixtures import FixedAccess, HiddenFixtures
    from autograder.testing.link import LocalLink

    names = {Path(test).resolve().relative_to(ASSIGNMENTS).parts[0] for test in tests}
    if len(names) != 1:
        raise pytest.UsageError("--hand-in takes the hidden tests of one assignment, named by their path")
    assignment = Assignment.here(names.pop())
    server = Server(assignment.load_modules(folder, "_hand_in"))
    return HiddenFixtures(assignment, FixedAccess(LocalLink(server)))
