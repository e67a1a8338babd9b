"""Runs hidden tests on a submission in this process, with pytest's own output, for people who write such tests.

    pytest assignments/ps1/hidden --hand-in solutions/ps1

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
    from autograder.course.course import find_course
    from autograder.course.paths import ASSIGNMENTS
    from autograder.kernel.call_server import Server
    from autograder.testing.fixtures import FixedAccess, HiddenFixtures
    from autograder.testing.link import LocalLink

    folders = {folder_of(Path(test).resolve()) for test in tests}
    place = folders.pop() if len(folders) == 1 else None
    if place is None:
        raise pytest.UsageError("--hand-in takes the hidden tests of one assignment, named by their path")
    assignment = Assignment(find_course(None if place.parent == ASSIGNMENTS else place), place.name)
    server = Server(assignment.solved("_hand_in", folder).names)
    return HiddenFixtures(assignment, FixedAccess(LocalLink(server)))


def folder_of(test: Path) -> Path | None:
    """Return the folder of the assignment that a path lies in, None where it lies in none."""
    return next((folder for folder in (test, *test.parents) if (folder / "assignment.toml").is_file()), None)
