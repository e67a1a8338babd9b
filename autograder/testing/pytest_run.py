"""Runs pytest on hidden tests in this process, apart from the project's own settings, plugins and output.

Written for pytest 9.2. A plugin that a later version adds runs with the tests until `UNUSED` names it.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.testing.fixtures import HiddenFixtures, SubmissionAccess

# Among these, unraisableexception collects all garbage many times in each run, which takes longer than the tests.
# Names in rows: one a line would fill the screen.
UNUSED = (
    "cacheprovider", "terminal", "logging", "faulthandler", "warnings", "threadexception", "unraisableexception",
    "doctest", "unittest", "junitxml", "pastebin", "stepwise", "legacypath", "debugging", "setuponly", "setupplan",
    "capture",
)  # fmt: skip
# Student output and the project's own pytest settings must not reach these runs.
# -c and --noconftest: the project's own settings and conftest.py would apply. --disable-plugin-autoload: so would every
# pytest plugin that is installed. Without them all three reached these runs.
FLAGS = (
    "-c",
    os.devnull,
    "--noconftest",
    "--disable-plugin-autoload",
    *(f"-pno:{plugin}" for plugin in UNUSED),
    "--assert=plain",
    "--import-mode=importlib",
    "--strict-markers",
)


def run_hidden(place: Path, plugin: object, *options: str) -> int | pytest.ExitCode:
    """Run pytest on hidden tests and return its exit code.

    Args:
        place: A file of hidden tests, or the folder that holds all of an assignment's.
        plugin: Gives the tests their fixtures and records their results.
        options: Options of pytest's, besides `FLAGS`.
    """
    files = sorted(place.glob("test_*.py")) if place.is_dir() else [place]
    folder = place if place.is_dir() else place.parent
    for file in files:
        # pytest takes a module that is loaded already: that of another assignment, or from before it was edited.
        sys.modules.pop(file.stem, None)
    # The folders above are not searched either: that takes as long as many a problem's tests.
    places = (f"--rootdir={folder}", f"--confcutdir={folder}")
    # pytest reads it whatever else is said, and a person's own options would apply to marking.
    added = os.environ.pop("PYTEST_ADDOPTS", None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # code that warns in this process must neither fail nor fill the screen
            return pytest.main([*FLAGS, *places, *options, str(place)], plugins=[plugin])
    finally:
        if added is not None:
            os.environ["PYTEST_ADDOPTS"] = added


class Collector(HiddenFixtures):
    """A pytest plugin that collects hidden tests, and runs none.

    Args:
        place: As for `run_hidden`.

    Raises:
        CourseError: The tests cannot be collected.

    Attributes:
        items: The tests, in the order of the files.
    """

    def __init__(self, assignment: Assignment, place: Path) -> None:
        super().__init__(assignment, SubmissionAccess())
        self.items: list[pytest.Item] = []
        if run_hidden(place, self, "--collect-only") is not pytest.ExitCode.OK:
            raise CourseError(f"the hidden tests in {place} cannot be collected: run pytest on them to see why")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests."""
        self.items = list(items)
