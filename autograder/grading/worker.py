"""Marks submissions one after another in a worker, which touches neither the gradebook nor a disk that others see.

`mark_submission` is what runs in a worker's process. Whatever does not depend on the submission is kept between tasks.
"""

from __future__ import annotations

import gc
import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import nbformat

from autograder import __version__
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.joined_notebooks import split
from autograder.course.nbgrader_app import load_config
from autograder.course.results import Record
from autograder.feedback.page import feedback_page
from autograder.grading.pipeline import Pipeline, comments, notebook_bytes
from autograder.grading.task import MarkingTask, Reply, RunSettings
from autograder.marking.execution import launcher
from autograder.marking.execution.isolation import admitted, isolation_for
from autograder.marking.mark_notebook import mark_notebook
from autograder.marking.new_record import SubmissionData, rejected, unmarked
from autograder.submissions.checks import Rejected
from autograder.submissions.collect import SubmittedFiles
from autograder.submissions.read import read_submission

log = logging.getLogger(__name__)
# The fields of every log record of Python's; the others are what the caller added.
USUAL = frozenset(vars(logging.makeLogRecord({})))


class UnfitWorkerError(CourseError):
    """A worker would mark with something else than the grader does; the message says with what, and what to do."""


class WorkerState:
    """What one process keeps between the submissions that it marks: assignment, pipeline, level of the sandbox.

    Raises:
        UnfitWorkerError: This process has another kit, other tests or another salt.
        WeakIsolationError: It would mark with less than full isolation, and nobody has accepted that.
    """

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings
        self._assignment = Assignment.here(settings.assignment)
        # Once for a process: a class marked half with other tests would be marked unfairly, and nobody would see it.
        self._check()
        self._level = admitted(settings.level, settings.weaker)
        self._pipeline = Pipeline(self._assignment, load_config(self._assignment.course), settings.cells)

    def _check(self) -> None:
        own = {
            "version of the kit": (__version__, self._settings.kit_version),
            "digest of hidden tests": (self._assignment.tests_sha256, self._settings.tests_sha256),
            "fingerprint of the salt": (self._assignment.course.salt_fingerprint, self._settings.salt_fingerprint),
        }
        for what, (ours, theirs) in own.items():
            if ours != theirs:
                raise UnfitWorkerError(
                    f"the worker on {socket.gethostname()} has another {what} ({ours}) than the grader ({theirs}): "
                    "give it the same checkout of the course and the same salt, and start it again"
                )

    def warm(self) -> None:
        """Start what the first submission would have to wait for: its data and the zygote."""
        # What is loaded by now is there for good: the collector, which would go through all of it, need not look again.
        gc.collect()
        gc.freeze()
        launcher.warm_kernels(isolation_for(self._assignment, self._level))
        if self._settings.pages:
            # Somebody waits for each page. The first marking takes three times as long as others: all that is read,
            # compiled and remembered once is so with the instructor's own notebook.
            parts = split(self._assignment.name, self._assignment.notebook)
            files = {f"{name}.ipynb": nbformat.writes(part).encode() for name, part in parts.items()}
            source = SubmittedFiles(self._assignment.name, files)
            self.mark(MarkingTask("rehearsal", "", source))

    def mark(self, task: MarkingTask, *, run: bool = True) -> Reply:
        """Mark one submission; unless its code may be ``run``, only prepare it for a person to read."""
        started = time.process_time()
        with taken_down(task.id) as lines:
            try:
                reply = self._reply(task, *self._marked(task, run))
            except Rejected as fault:
                log.info("refused", extra={"reason": str(fault)})
                data = task.submitted.files.get(f"{self._assignment.notebooks[0]}.ipynb", b"")
                reply = self._reply(task, rejected(self._assignment, task.student, data, fault.message), None)
            log.info("sent back", extra={"worker_cpu": round(time.process_time() - started, 3)})
            return replace(reply, log=tuple(lines))

    def _reply(self, task: MarkingTask, record: Record, notebook: nbformat.NotebookNode | None) -> Reply:
        page = None
        if self._settings.pages:
            # The number of the attempt decides which hints it shows.
            record = msgspec.structs.replace(record, attempt=task.attempt)
            began = time.perf_counter()
            page = feedback_page(self._assignment, record, notebook, hints_from=self._settings.hints_from)
            log.info("page made", extra={"seconds": round(time.perf_counter() - began, 3)})
        if notebook is None:
            return Reply(task.id, record, None, page=page)
        return Reply(task.id, record, notebook_bytes(notebook), comments(self._assignment.name, notebook), page=page)

    def _marked(self, task: MarkingTask, run: bool) -> tuple[Record, nbformat.NotebookNode]:
        read = read_submission(self._assignment, task.submitted)
        notebook = self._pipeline.sanitise(read.notebook, task.student)
        submission = SubmissionData.of(task.student, read)
        if run:
            settings = self._settings
            record = mark_notebook(
                read.assignment, notebook, submission, settings.limits, self._level, all_cells=settings.all_cells
            )
        else:
            record = unmarked(read.assignment, submission)
        return record, self._pipeline.finish(notebook, task.student)


@contextmanager
def taken_down(submission_id: str) -> Iterator[list[Mapping[str, Any]]]:
    """Yield a list that takes what the kit logs in this thread, each line with the submission's id."""
    lines: list[Mapping[str, Any]] = []
    handler = _Lines(submission_id, lines)
    kit = logging.getLogger("autograder")
    level, propagates = kit.level, kit.propagate
    kit.addHandler(handler)
    kit.setLevel(logging.INFO)
    # A worker of a cluster prints what reaches the root logger; these lines travel back with the result.
    kit.propagate = False
    try:
        yield lines
    finally:
        kit.removeHandler(handler)
        kit.setLevel(level)
        kit.propagate = propagates


class _Lines(logging.Handler):
    """Keeps what one thread logs, as data."""

    def __init__(self, submission_id: str, lines: list[Mapping[str, Any]]) -> None:
        super().__init__(logging.INFO)
        self._submission_id, self._lines, self._thread = submission_id, lines, threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        # dask runs tasks in one thread and talks to the scheduler in another, which logs about other things.
        if threading.get_ident() != self._thread:
            return
        more = {name: value for name, value in vars(record).items() if name not in USUAL}
        self._lines.append(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "id": self._submission_id,
                "level": record.levelname.lower(),
                "event": record.getMessage(),
                **more,
            }
        )


_states: dict[RunSettings, WorkerState] = {}
_lock, _one_at_a_time = threading.Lock(), threading.Lock()


def state_for(settings: RunSettings) -> WorkerState:
    """Return this process's state for a run; see `WorkerState`."""
    with _lock:
        if settings not in _states:
            _states.clear()  # of an earlier run, which holds notebooks and cells
            _states[settings] = WorkerState(settings)
        return _states[settings]


def mark_submission(task: MarkingTask, settings: RunSettings, *, run: bool = True) -> Reply:
    """Mark one submission in this process, one at a time: for more at once there are more processes."""
    with _one_at_a_time:
        return state_for(settings).mark(task, run=run)


def warm(settings: RunSettings) -> float:
    """Make this process ready to mark, and return how long that took, in seconds."""
    started = time.perf_counter()
    state_for(settings).warm()
    return time.perf_counter() - started
