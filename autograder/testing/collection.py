"""Keeps the hidden tests of a problem collected, and runs them as often as hand-ins come.

Collecting takes longer than most problems' tests. pytest collects a file once in a process; after that its tests are
run through pytest's own hook for running a test, with all fixtures set up and torn down anew. A file that was edited is
collected again.
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
    """What gives the tests their fixtures and takes down what comes of them: `autograder.testing.runner.Examiner`."""

    items: list[pytest.Item]

    def give_up(self, reason: str) -> None:
        """Take down that the run ended early."""
        ...


ExaminerT = TypeVar("ExaminerT", bound=Plugin)


class ExamRoom(Generic[ExaminerT]):
    """The hidden tests of one file, collected.

    Args:
        file: The file; its tests may not be there, or not be fit to be run.
        text: What stood in it.
        examiner: What gives the tests their fixtures and takes down what comes of them.
    """

    def __init__(self, file: Path, text: bytes | None, examiner: ExaminerT) -> None:
        self.text, self.examiner = text, examiner
        self._ended = run_hidden(file, examiner, "--collect-only")

    @property
    def open(self) -> bool:
        """Whether another exam can be held in it."""
        return self._ended is pytest.ExitCode.OK

    def hold(self, problem: str, begin: Callable[[], None]) -> None:
        """Run the tests on a hand-in, or give up; what comes of them is the examiner's to tell.

        Args:
            problem: Whose tests they are, for the log.
            begin: Makes the examiner ready for the hand-in.

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
                for item, following in zip(items, [*items[1:], None], strict=True):
                    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except pytest.exit.Exception as fault:
            self._ended = pytest.ExitCode.INTERRUPTED if fault.returncode is None else fault.returncode
        except Exception:
            log.exception("%s: a fault in the run of the tests", problem)
            self._ended = pytest.ExitCode.INTERNAL_ERROR
        else:
            self._ended = pytest.ExitCode.OK


_rooms: dict[Path, ExamRoom[Any]] = {}
# One exam at a time: tests share what belongs to the process, as the filters of warnings.
_lock = threading.RLock()


@contextlib.contextmanager
def exam_room(file: Path, make: Callable[[], ExaminerT]) -> Iterator[ExamRoom[ExaminerT]]:
    """Yield the room of a file of hidden tests, for one exam; no other is held in this process meanwhile.

    Args:
        file: The file.
        make: Makes the examiner of a room that is not there yet.
    """
    with _lock:
        text = file.read_bytes() if file.is_file() else None
        room = _rooms.get(file)
        if room is None or not room.open or room.text != text:
            room = _rooms[file] = ExamRoom(file, text, make())
        yield room
