"""Keeps the hidden tests of a problem collected, and runs them for each submission.

Collecting takes longer than most problems' tests: with `pytest.main` for each submission a problem takes 23 ms of
processor time, with tests that stay collected 10, most of which is the tests' own. That is 0.12 s a submission, and as
much again for each problem that is followed through. So pytest collects a file once in a process. After that its tests
run through ``pytest_runtest_protocol``, pytest's own hook for running a test, with all fixtures set up and torn down
anew; that hook is documented, and that it may be called after `pytest.main` has returned is not.
``tests/testing/test_collection.py`` compares what both ways come to. A file that was edited is collected again.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import pytest

from autograder.testing.pytest_run import run_hidden

log = logging.getLogger(__name__)


class Plugin(Protocol):
    """The plugin that gives tests their fixtures and records their results: `autograder.testing.runner.Examiner`."""

    items: list[pytest.Item]

    def give_up(self, reason: str) -> None:
        """Record that the run ended early."""
        ...


ExaminerT = TypeVar("ExaminerT", bound=Plugin)


class CollectedTests(Generic[ExaminerT]):
    """The hidden tests of one file, collected.

    Args:
        file: The file, which may be missing or unfit to be run.
        text: Its bytes when it was collected; None when it is missing.
        examiner: Gives the tests their fixtures and records their results.
    """

    def __init__(self, file: Path, text: bytes | None, examiner: ExaminerT) -> None:
        self.text, self.examiner = text, examiner
        self._ended = run_hidden(file, examiner, "--collect-only")

    @property
    def open(self) -> bool:
        """Whether its tests can be run again."""
        return self._ended is pytest.ExitCode.OK

    def run(self, problem: str, begin: Callable[[], None]) -> None:
        """Run the tests on a submission, or give up; the examiner holds the results.

        Args:
            problem: The tests' problem, for the log.
            begin: Makes the examiner ready for the submission.

        Raises:
            KeyboardInterrupt: A person stopped the marking.
        """
        if self.open:
            self._run(problem, begin)
        if not self.open:
            self.examiner.give_up(f"pytest ended with {self._ended!r}")

    def _run(self, problem: str, begin: Callable[[], None]) -> None:
        self._ended = pytest.ExitCode.INTERRUPTED  # until it ends well; a test that was left half done is in the way
        items = self.examiner.items
        try:
            begin()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # see `run_hidden`
                # ``nextitem`` tells pytest which fixtures to tear down; None after the last, so that nothing is left
                # for the next run.
                for item, following in zip(items, [*items[1:], None], strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except pytest.exit.Exception as fault:
            self._ended = pytest.ExitCode.INTERRUPTED if fault.returncode is None else fault.returncode
        except Exception:
            log.exception("%s: a fault in the run of the tests", problem)
            self._ended = pytest.ExitCode.INTERNAL_ERROR
        else:
            self._ended = pytest.ExitCode.OK


_kept: dict[Path, CollectedTests[Any]] = {}
# One run at a time: tests share what belongs to the process, such as the filters of warnings.
_lock = threading.RLock()


@contextlib.contextmanager
def collected(file: Path, make: Callable[[], ExaminerT]) -> Iterator[CollectedTests[ExaminerT]]:
    """Yield the collected tests of a file for one run; no other run takes place in this process meanwhile.

    Args:
        file: A file of hidden tests.
        make: Makes the examiner when the file has to be collected.
    """
    with _lock:
        text = file.read_bytes() if file.is_file() else None
        tests = _kept.get(file)
        # By its text and not its time, which says nothing after a checkout.
        if tests is None or not tests.open or tests.text != text:
            tests = _kept[file] = CollectedTests(file, text, make())
        yield tests
