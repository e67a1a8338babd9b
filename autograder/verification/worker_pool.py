"""Runs jobs in a few worker processes, each of which is ended when a job takes too long.

The code that they run is trusted, but may not end, and may ask for all of the memory, as mutants of a solution do. The
pool is pebble's; what it has no limits for is limited here: processor time, and memory.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, as_completed
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from typing import Any

from pebble import ProcessExpired, ProcessPool

from autograder.submissions.child_process import limit_memory, limited

# Limits count processor time, so that a busy machine ends nothing. A worker that waits for something, and uses none,
# is ended by the clock.
WALL_FACTOR, WALL_EXTRA = 10.0, 60.0
# Bytes that a worker may allocate besides what it has when it begins.
MEMORY = 2 << 30
# The pool starts workers from a thread of its own: forked from this process, they could inherit a lock that is held.
START = "forkserver" if sys.platform == "linux" else "spawn"


@dataclass(frozen=True)
class Job:
    """A job for a worker.

    Attributes:
        work: Anything that pickles, and that the pool's workers know how to do.
        limit: Seconds of processor time.
    """

    work: Any
    limit: float

    @property
    def wall(self) -> float:
        """Seconds by the clock."""
        return self.limit * WALL_FACTOR + WALL_EXTRA


class OverLimit(Exception):
    """A job was ended: it took too long, or its process ended."""


class WorkerFault(Exception):
    """A worker failed at a job by a fault of its own; the message has its traceback."""


class WorkerPool:
    """Does jobs in worker processes.

    Args:
        start: Importable: called in each worker with the arguments, it returns what does a job's work there.
        arguments: The arguments, which are pickled.
        size: The number of workers.
    """

    def __init__(self, start: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...], size: int = 2) -> None:
        context: Any = multiprocessing.get_context(START)
        if START == "forkserver":
            # Once there, and not in each worker, of which many are ended.
            context.set_forkserver_preload([start.__module__])
        self._pool = ProcessPool(size, initializer=_begin, initargs=(start, arguments), context=context)

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._pool.stop()
        self._pool.join()

    def do(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
        """Yield each job with its result, as they are done; the result is an `OverLimit` where the job had to be ended.

        Raises:
            WorkerFault: A worker failed.
        """
        sent: dict[Future[Any], Job] = {self._pool.schedule(_work, (job,), timeout=job.wall): job for job in jobs}
        for future in as_completed(sent):
            yield sent[future], _outcome(future, sent[future])


def _outcome(future: Future[Any], job: Job) -> Any:
    try:
        return future.result()
    except FutureTimeoutError:
        return OverLimit(f"was still running after {job.wall:.0f} seconds")
    except ProcessExpired as fault:
        if fault.exitcode == -signal.SIGPROF:
            return OverLimit(f"took more than {job.limit:.1f} seconds of processor time")
        return OverLimit(f"ended its process ({fault.exitcode})")
    except Exception as fault:
        raise WorkerFault(str(fault)) from fault


# What this process does jobs with, when it is a worker.
_do: Callable[[Any], Any]


def _begin(start: Callable[..., Callable[[Any], Any]], arguments: tuple[Any, ...]) -> None:
    """Make this process a worker."""
    global _do  # noqa: PLW0603 - pebble hands its jobs nothing of what its initializer has made
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool ends its workers
    # Lines that code prints here would come into the middle of what the command shows.
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    limit_memory(MEMORY)
    _do = start(*arguments)


def _work(job: Job) -> Any:
    with limited(job.limit):
        try:
            return _do(job.work)
        except Exception:
            raise WorkerFault(traceback.format_exc()) from None
