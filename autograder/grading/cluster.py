"""The workers that hand-ins are marked on: processes of this machine, or a dask cluster that runs already.

What becomes of each hand-in that was sent arrives in one queue, whatever happens to workers, machines and scheduler.
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
from distributed import Client, Future, LocalCluster, Security
from distributed.scheduler import KilledWorker
from distributed.utils import get_mp_context

from autograder.course.course import CourseError
from autograder.grading import worker
from autograder.grading.forkserver import METHOD, preload
from autograder.grading.jobs import Jobs
from autograder.grading.task import Brief, Parcel, Reply

log = logging.getLogger(__name__)
TOPIC = "autograder"
# A scheduler that is gone may be started again meanwhile.
RECONNECT_SECONDS = 120
SETTINGS: dict[str, Any] = {
    # Workers are forked from a process that has imported everything: one that was killed is soon replaced.
    "distributed.worker.multiprocessing-method": METHOD,
    # Each death of a worker is told us; how many are too many, is decided in one place.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.scheduler.work-stealing": True,
    # After so long a worker that is gone, and has not been started again, is no longer counted as one.
    "distributed.deploy.lost-worker-timeout": "8s",
    # What these would tell, nobody looks at; the first interrupts each worker a hundred times in a second.
    "distributed.worker.profile.enabled": False,
    # Results are small and on their way at once; only a process that grows without end is ended.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.disk": False,
    # The scheduler's notes on what it did last hold the hand-ins that were sent: a thousand of them by default.
    "distributed.admin.low-level-log-length": 20,
}


class ClusterError(CourseError):
    """There is no cluster to mark on; the message says what to do."""


@dataclass(frozen=True)
class Begun:
    """A worker has begun with a hand-in.

    Attributes:
        key: As it was sent.
        worker: Its address.
        pid: Its process, on its machine.
    """

    key: str
    worker: str
    pid: int


@dataclass(frozen=True)
class Done:
    """A hand-in has been marked.

    Attributes:
        key: As it was sent.
        reply: What came of it.
    """

    key: str
    reply: Reply


@dataclass(frozen=True)
class Killed:
    """Workers ended while they had a hand-in.

    Attributes:
        key: As it was sent.
        workers: How many.
    """

    key: str
    workers: int


@dataclass(frozen=True)
class Lost:
    """The scheduler has forgotten a hand-in: it was started again, or could not be reached for a while.

    Attributes:
        key: As it was sent.
    """

    key: str


@dataclass(frozen=True)
class Failed:
    """The grader itself failed on a hand-in.

    Attributes:
        key: As it was sent.
        fault: With what.
    """

    key: str
    fault: BaseException


Event = Begun | Done | Killed | Lost | Failed


class Workers:
    """Where hand-ins are sent to, and what becomes of them.

    Args:
        client: Of the cluster.
        brief: What they are marked with.
        heal: Called when there may be fewer workers than there should be, with how many there are.
    """

    def __init__(self, client: Client, brief: Brief, heal: Callable[[int], None] = lambda _count: None) -> None:
        self._client, self._brief, self._heal = client, brief, heal
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._futures: dict[str, Future] = {}
        self._listen()

    @property
    def slots(self) -> int:
        """How many hand-ins can be marked at once, now; asking brings back workers that have been lost for good."""
        count = len(self._client.nthreads())
        self._heal(count)
        return count

    def warm(self) -> None:
        """Let all workers make ready while others do something else."""
        for future in self._client.map(worker.warm, [self._brief] * self.slots, pure=False):
            future.add_done_callback(lambda _: None)

    def send(self, key: str, parcel: Parcel, *, run: bool = True) -> None:
        """Have a hand-in marked; see `autograder.grading.worker.mark`.

        Args:
            key: Names this sending of it in what `next` returns; none is used twice.
            parcel: The hand-in.
            run: Whether its code may be run.
        """
        future = self._client.submit(mark_here, parcel, self._brief, run=run, key=key, pure=False)
        self._futures[key] = future
        future.add_done_callback(self._ended)

    def next(self, seconds: float) -> Event | None:
        """Return what has happened, None when nothing has for so many seconds.

        Raises:
            ClusterError: The scheduler is gone.
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
            self._listen()  # a scheduler that was started again does not know that we do
        return event

    def _listen(self) -> None:
        with contextlib.suppress(OSError, TimeoutError):  # who has begun is told to people, nothing depends on it
            self._client.subscribe_topic(TOPIC, self._begun)

    def close(self) -> None:
        """Forget what was sent."""
        futures, self._futures = list(self._futures.values()), {}
        with contextlib.suppress(Exception):
            self._client.cancel(futures, force=True)

    def _begun(self, event: tuple[Any, Any]) -> None:
        _, said = event
        self._events.put(Begun(**said))

    def _ended(self, future: Future) -> None:
        key = str(future.key)
        if self._futures.pop(key, None) is not None:
            self._events.put(outcome(key, future))


def outcome(key: str, future: Future) -> Event:
    """Return what became of a hand-in whose future has ended."""
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


def mark_here(parcel: Parcel, brief: Brief, *, run: bool) -> Reply:
    """Mark a hand-in in this process, a worker of a cluster."""
    from distributed import get_worker

    this = get_worker()
    this.log_event(TOPIC, {"key": this.get_current_task(), "worker": this.address, "pid": os.getpid()})
    return worker.mark(parcel, brief, run=run)


@contextlib.contextmanager
def workers(brief: Brief, jobs: Jobs, scheduler: str | None) -> Iterator[Workers]:
    """Yield workers: of the cluster at an address, or else processes of this machine, which end with this.

    Args:
        brief: What hand-ins are marked with.
        jobs: How many processes, and with how much memory.
        scheduler: The address of a scheduler that runs already, for example ``tls://host:8786``.

    Raises:
        ClusterError: The scheduler cannot be reached.
    """
    with dask.config.set(SETTINGS), contextlib.ExitStack() as stack:
        if scheduler:
            made = Workers(stack.enter_context(elsewhere(scheduler)), brief)
        else:
            cluster = stack.enter_context(here(jobs))
            client = stack.enter_context(Client(cluster, set_as_default=False))
            made = Workers(client, brief, healing(cluster, jobs.count))
        stack.callback(made.close)
        yield made


@contextlib.contextmanager
def elsewhere(address: str) -> Iterator[Client]:
    """Yield a client of a cluster that runs already.

    Raises:
        ClusterError: It cannot be reached.
    """
    try:
        client = Client(address, timeout=RECONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as fault:
        raise ClusterError(f"no scheduler at {address} ({fault}): look whether it runs, and at its address") from fault
    with client:
        yield client


@contextlib.contextmanager
def here(jobs: Jobs) -> Iterator[LocalCluster]:
    """Yield a cluster of processes on this machine.

    Whoever reaches a scheduler can run code as its user. So that other users of this machine cannot, both sides show
    certificates that are made for this run.
    """
    get_mp_context()  # says what is to be preloaded, the first time that it is called
    preload()
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        cluster = LocalCluster(
            n_workers=jobs.count,
            threads_per_worker=1,
            processes=True,
            memory_limit=jobs.memory,
            host="tls://127.0.0.1",
            security=Security.temporary(),
            dashboard_address=None,
            worker_dashboard_address=None,
            local_directory=folder,
            silence_logs=logging.CRITICAL,
        )
        with cluster:
            yield cluster


def healing(cluster: LocalCluster, wanted: int) -> Callable[[int], None]:
    """Return a function that starts workers where there are fewer than there should be.

    dask starts a worker again that ends; but not one that ends while it starts.
    """

    def heal(count: int) -> None:
        if count < wanted:
            cluster.scale(wanted)

    return heal
