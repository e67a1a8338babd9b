"""Runs jobs in a few worker processes, each of which is ended when a job takes too long.

The code that they run is trusted, but may not end, and may ask for all of the memory, as mutants of a solution do.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from autograder.submissions.child_process import limit_memory, limited

# Limits count processor time, so that a busy machine ends nothing. A worker that waits for something, and uses none,
# is ended by the clock.
WALL_FACTOR, WALL_EXTRA = 10.0, 60.0
# Bytes that a worker may allocate besides what it has when it begins.
MEMORY = 2 << 30
# macOS's own libraries do not outlive a fork, and Windows has none.
START = "fork" if sys.platform == "linux" else "spawn"


@dataclass(frozen=True)
class PoolJob:
    """A job for a worker.

    Attributes:
        work: Anything that pickles, and that the pool's workers know how to do.
        limit: Seconds of processor time.
    """

    work: Any
    limit: float


class OverLimit(Exception):
    """A job was ended: it took too long, or its process ended."""


class WorkerFault(Exception):
    """A worker failed at a job by a fault of its own; the message has its traceback."""


@dataclass
class Worker:
    """One process.

    Attributes:
        process: That process.
        connection: Our end of its pipe.
        job: The job that it is doing; None when it waits for one.
        since: When the job began, by `time.monotonic`.
    """

    process: BaseProcess
    connection: Connection
    job: PoolJob | None = None
    since: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds of the clock that it still has."""
        limit = self.job.limit if self.job is not None else 0.0
        return self.since + limit * WALL_FACTOR + WALL_EXTRA - time.monotonic()


class WorkerPool:
    """Does jobs in worker processes.

    Args:
        start: A worker's function, importable: given its arguments and a connection, it calls `serve_jobs`.
        arguments: The arguments; they are pickled where processes are not forked.
        size: The number of workers.
    """

    def __init__(self, start: Callable[..., None], arguments: tuple[Any, ...], size: int = 2) -> None:
        self._start, self._arguments, self._size = start, arguments, size
        self._context: Any = multiprocessing.get_context(START)
        self._workers: list[Worker] = []

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_fault: object) -> None:
        for worker in list(self._workers):
            self._end(worker)

    def do(self, jobs: Iterable[PoolJob]) -> Iterator[tuple[PoolJob, Any]]:
        """Yield each job with its result, as they are done; the result is an `OverLimit` where the job had to be ended.

        Raises:
            WorkerFault: A worker failed.
        """
        waiting = deque(jobs)
        while waiting or any(worker.job for worker in self._workers):
            self._hand_out(waiting)
            busy = [(worker, worker.job) for worker in self._workers if worker.job is not None]
            patience = max(0.0, min(worker.left for worker, _ in busy))
            ready = wait([worker.connection for worker, _ in busy], patience)
            for worker, job in busy:
                if worker.connection in ready or worker.left <= 0:
                    worker.job = None
                    yield job, self._outcome(worker, job)

    def _hand_out(self, waiting: deque[PoolJob]) -> None:
        while waiting and len(self._workers) < self._size:
            self._workers.append(self._started())
        for worker in self._workers:
            if worker.job is None and waiting:
                worker.job, worker.since = waiting.popleft(), time.monotonic()
                worker.connection.send(worker.job)

    def _started(self) -> Worker:
        ours, theirs = self._context.Pipe()
        # A worker that holds our end of another's pipe would keep that other one from seeing us end.
        foreign = [ours, *(worker.connection for worker in self._workers)] if START == "fork" else []
        process = self._context.Process(
            target=_begin, args=(self._start, self._arguments, theirs, foreign), daemon=True
        )
        with warnings.catch_warnings():
            # Newer Pythons warn of threads that a forked process lacks; a worker uses nothing of theirs.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
        theirs.close()
        return Worker(process, ours)

    def _outcome(self, worker: Worker, job: PoolJob) -> Any:
        try:
            if worker.connection.poll():
                done, outcome = worker.connection.recv()
                if not done:
                    raise WorkerFault(outcome)
                return outcome
            reason = f"was still running after {job.limit * WALL_FACTOR + WALL_EXTRA:.0f} seconds"
        except (EOFError, ConnectionResetError):
            worker.process.join()
            reason = f"took more than {job.limit:.1f} seconds of processor time"
            if worker.process.exitcode != -signal.SIGPROF:
                reason = f"ended its process ({worker.process.exitcode})"
        self._end(worker)
        return OverLimit(reason)

    def _end(self, worker: Worker) -> None:
        self._workers.remove(worker)
        worker.connection.close()
        worker.process.kill()
        worker.process.join()
        worker.process.close()


def _begin(start: Callable[..., None], arguments: tuple[Any, ...], connection: Connection, foreign: list[Any]) -> None:
    """Run a worker."""
    for other in foreign:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool ends its workers
    # Lines that code prints here would come into the middle of what the command shows.
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        limit_memory(MEMORY)
        start(*arguments, connection)


def serve_jobs(connection: Connection, do: Callable[[Any], Any]) -> None:
    """Do the jobs that arrive at a worker's end of the pipe, within their limits, until the other end is closed."""
    while True:
        try:
            job: PoolJob = connection.recv()
        except EOFError:
            return
        with limited(job.limit):
            try:
                answer = (True, do(job.work))
            except Exception:
                import traceback

                answer = (False, traceback.format_exc())
        connection.send(answer)
