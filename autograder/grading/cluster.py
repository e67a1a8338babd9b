"""Runs the workers that mark submissions: processes of this machine, or a dask cluster that is already running.

The outcome of each submission that was sent arrives in one queue, whatever happens to workers, machines and scheduler.

It relies on distributed 2026.8.0: a future ends with `KilledWorker` when its worker died, ``allowed_failures`` of that
error counts deaths, and a forked worker takes its preloaded modules from `forkserver`. Where that changes, a submission
that kills workers is sent again for ever, or starting a worker takes seconds.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import dask
import psutil
from distributed import Client, Future, LocalCluster, Security
from distributed.scheduler import KilledWorker
from distributed.utils import get_mp_context

from autograder.course.course import CourseError
from autograder.grading import worker
from autograder.grading.forkserver import METHOD, preload
from autograder.grading.task import Begun, Done, Event, Failed, Killed, Lost, MarkingTask, Reply, RunSettings
from autograder.kernel.sandbox.policy import POLICY

log = logging.getLogger(__name__)
TOPIC = "autograder"
# A scheduler that has gone may be started again within that time.
RECONNECT_SECONDS = 120
# Memory that a marking process, its zygote and what they keep may take together, in bytes.
WORKER_MEMORY = 1 << 30
SETTINGS: dict[str, Any] = {
    # Workers are forked from a process that has imported everything: one that was killed is soon replaced.
    "distributed.worker.multiprocessing-method": METHOD,
    # Every death of a worker is reported to us; one place, `KILLS` in grading.run, decides how many are too many.
    "distributed.scheduler.allowed-failures": 0,
    # Two submissions are sent ahead to each worker: one that waits behind a slow one goes to whoever is free.
    "distributed.scheduler.work-stealing": True,
    # A worker that has gone and has not been started again within that time is no longer counted as one.
    "distributed.deploy.lost-worker-timeout": "8s",
    # Nobody looks at what these report. The first interrupts each worker a hundred times a second, the next all five
    # event loops fifty times a second.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    # Results are small and sent at once, so nothing is worth spilling; only a process that grows without end is ended.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.disk": False,
    # The scheduler's notes on what it did last hold the submissions that were sent: a thousand of them by default.
    "distributed.admin.low-level-log-length": 20,
}


class ClusterError(CourseError):
    """There is no cluster to mark on; the message says what to do."""


@dataclass(frozen=True)
class Jobs:
    """Processes of one machine.

    Attributes:
        count: How many there are.
        memory: Bytes that each may use; one that uses more is ended, and another takes its place.
    """

    count: int
    memory: int


def cores() -> int:
    """Return how many cores this process may use."""
    # A container or taskset can give a process fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def jobs_here(wanted: int | None = None) -> Jobs:
    """Return how many submissions are marked at once: one for each core, or fewer where memory is short.

    Args:
        wanted: How many somebody asked for; None for what fits.

    Raises:
        CourseError: ``wanted`` is less than 1.
    """
    if wanted is not None:
        if wanted < 1:
            raise CourseError(f"{wanted} jobs: ask for one or more, or leave it out for one for each core")
        return Jobs(wanted, WORKER_MEMORY)
    # A marking process, and a kernel at the limit of its memory, for each.
    fit = int(psutil.virtual_memory().available // (WORKER_MEMORY + POLICY.memory))
    # Never none: a machine short of memory still marks, one submission at a time.
    return Jobs(max(1, min(cores(), fit)), WORKER_MEMORY)


class Workers:
    """Sends submissions to workers, and reports what becomes of them.

    Args:
        settings: What submissions are marked with.
        heal: Called with the number of workers, when there may be fewer than there should be.
    """

    def __init__(
        self, client: Client, settings: RunSettings, heal: Callable[[int], None] = lambda _count: None
    ) -> None:
        self._client, self._settings, self._heal = client, settings, heal
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._futures: dict[str, Future[Any]] = {}
        self._listen()

    @property
    def slots(self) -> int:
        """How many submissions can be marked at once now; asking also replaces workers that have been lost for good."""
        count = len(self._client.nthreads())
        self._heal(count)
        return count

    def warm(self) -> None:
        """Make all workers start their zygotes now, while the grader does something else."""
        for future in self._client.map(worker.warm, [self._settings] * self.slots, pure=False):
            # dask warns of a failure that nobody asks about; a worker that cannot start reports that again with its
            # first submission.
            future.add_done_callback(lambda _: None)

    def send(self, key: str, task: MarkingTask, *, run: bool = True) -> None:
        """Have a submission marked; see `autograder.grading.worker.mark_submission`.

        Args:
            key: Names this sending of it in what `next` returns; none is used twice.
            task: The submission, its files as bytes.
            run: Whether its code may be run.
        """
        # Not pure: dask would give two submissions of the same bytes one result, which names one student.
        future = self._client.submit(mark_in_worker, task, self._settings, run=run, key=key, pure=False)
        self._futures[key] = future
        future.add_done_callback(self._ended)

    def next(self, seconds: float) -> Event | None:
        """Return what has happened, or None when nothing has for so many seconds.

        Raises:
            ClusterError: The scheduler has gone.
        """
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            if self._client.status == "closed":
                raise ClusterError(
                    f"the scheduler has been gone for {RECONNECT_SECONDS} seconds: start it again with its workers, "
                    "then run the same command again; it goes on where it was"
                ) from None
            return None
        if isinstance(event, Lost):
            self._listen()  # a scheduler that was started again does not know its listeners
        return event

    def wake(self) -> None:
        """Let `next` return at once, in whatever thread this is called: there is something new to send."""
        self._events.put(None)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, TimeoutError):  # only the display depends on who has begun
            self._client.subscribe_topic(TOPIC, self._begun)

    def close(self) -> None:
        """Forget what was sent."""
        # Emptied first: what is cancelled ends as well, and must not be reported as an event.
        futures, self._futures = list(self._futures.values()), {}
        with contextlib.suppress(Exception):
            self._client.cancel(futures, force=True)

    def _begun(self, event: tuple[Any, Any]) -> None:
        _, said = event
        self._events.put(Begun(**said))

    def _ended(self, future: Future[Any]) -> None:
        # dask calls this in a thread of its own; the queue is the only thing that both threads touch.
        key = str(future.key)
        if self._futures.pop(key, None) is not None:
            self._events.put(outcome(key, future))


def outcome(key: str, future: Future[Any]) -> Event:
    """Return what became of a submission whose future has ended."""
    if future.status == "finished":
        try:
            return Done(key, future.result())
        except Exception as lost:  # its worker has ended before the result was here
            log.info("%s: the result was lost: %r", key, lost)
            return Lost(key)
    if future.status != "error":
        return Lost(key)
    fault = future.exception()
    if isinstance(fault, KilledWorker):
        return Killed(key, fault.allowed_failures + 1)
    return Failed(key, fault)


def mark_in_worker(task: MarkingTask, settings: RunSettings, *, run: bool) -> Reply:
    """Mark a submission in this process, a worker of a cluster."""
    from distributed import get_worker

    this = get_worker()
    this.log_event(TOPIC, {"key": this.get_current_task(), "worker": this.address, "pid": os.getpid()})
    return worker.mark_submission(task, settings, run=run)


@contextlib.contextmanager
def workers(settings: RunSettings, jobs: Jobs, scheduler: str | None) -> Iterator[Workers]:
    """Yield workers: those of the cluster at an address, or processes of this machine, which end with the context.

    Args:
        settings: What submissions are marked with.
        jobs: How many processes of this machine there are, and how much memory each may use.
        scheduler: The address of a running scheduler, for example ``tls://host:8786``; None for processes of this
            machine.

    Raises:
        ClusterError: The scheduler cannot be reached.
    """
    with dask.config.set(SETTINGS), contextlib.ExitStack() as stack:
        if scheduler:
            made = Workers(stack.enter_context(cluster_at(scheduler)), settings)
        else:
            cluster = stack.enter_context(local_cluster(jobs))
            client = stack.enter_context(Client(cluster, set_as_default=False))
            made = Workers(client, settings, healing(cluster, jobs.count))
        stack.callback(made.close)
        yield made


@contextlib.contextmanager
def cluster_at(address: str) -> Iterator[Client]:
    """Yield a client of a running cluster.

    Raises:
        ClusterError: The cluster cannot be reached.
    """
    try:
        client = Client(address, timeout=RECONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise ClusterError(f"no scheduler at {address} ({fault}): look whether it runs, and at its address") from fault
    with client:
        yield client


@contextlib.contextmanager
def local_cluster(jobs: Jobs) -> Iterator[LocalCluster]:
    """Yield a cluster of processes on this machine.

    Whoever reaches a scheduler can run code as its user. So that other users of this machine cannot, both sides show
    certificates that are made for this run.
    """
    get_mp_context()  # the first call sets dask's own list of modules to preload, which ours then replaces
    preload()
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        cluster = LocalCluster(
            n_workers=jobs.count,
            threads_per_worker=1,
            processes=True,
            memory_limit=jobs.memory,
            host="tls://127.0.0.1",
            security=Security.temporary(),
            # No ports besides the scheduler's own.
            dashboard_address=None,
            worker_dashboard_address=None,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        )
        with cluster:
            yield cluster


def healing(cluster: LocalCluster, wanted: int) -> Callable[[int], None]:
    """Return a function that starts workers where there are fewer than there should be.

    dask starts a worker again when it ends, but not when it ends while it starts.
    """

    def heal(count: int) -> None:
        if count < wanted:
            cluster.scale(wanted)

    return heal
