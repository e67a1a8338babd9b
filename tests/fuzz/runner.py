"""Gives inputs to entry points, in worker processes with limits, and tells what went wrong."""

from __future__ import annotations

import itertools
import resource
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection

import psutil

from autograder.verification.worker_pool import OverLimit, PoolJob, WorkerPool, serve_jobs
from tests.fuzz.target import Target

# What one worker may ask for besides what it has when it begins, bytes.
MEMORY = 768 << 20
# Few, so that a target with slow inputs does not take the time of the others.
BATCH = 4
WORKERS = 2


@dataclass(frozen=True)
class Fault:
    """Something that went wrong.

    Attributes:
        target: Whose fault it is.
        number: Which of its cases.
        data: The input.
        what: What happened: a traceback, or the limit that was passed.
    """

    target: str
    number: int
    data: bytes
    what: str

    @property
    def kind(self) -> str:
        """Where it happened, and as what: a hundred inputs may lead to one fault."""
        lines = self.what.strip().splitlines()
        places = [line.split(", in ")[0] for line in lines if line.startswith('  File "') and "/autograder/" in line]
        return f"{self.target} {places[-1] if places else ''} {lines[-1].partition(':')[0]}"


class Fuzz:
    """Workers that try inputs of some targets.

    Args:
        targets: The targets, by name.
    """

    def __init__(self, targets: Mapping[str, Target]) -> None:
        self._targets = targets
        self._pool = WorkerPool(worker, (targets,), WORKERS)

    def __enter__(self) -> Fuzz:
        self._pool.__enter__()
        return self

    def __exit__(self, *fault: object) -> None:
        self._pool.__exit__(*fault)

    def run(self, target: Target, seed: int, seconds: float) -> Iterator[tuple[int, list[Fault]]]:
        """Try a target's inputs for so long; yield, from time to time, how many there were and what went wrong."""
        numbered, until = enumerate(target.cases(seed)), time.monotonic() + seconds
        while time.monotonic() < until and (batch := list(itertools.islice(numbered, BATCH))):
            yield len(batch), list(self.try_all(target, batch))

    def try_all(self, target: Target, cases: Iterable[tuple[int, bytes]]) -> Iterator[Fault]:
        """Try inputs, each with its number, and yield what went wrong."""
        jobs = [PoolJob((target.name, number, data), target.limit(data)) for number, data in cases]
        for job, outcome in self._pool.do(jobs):
            _, number, data = job.work
            if outcome:
                yield Fault(target.name, number, data, f"it {outcome}" if isinstance(outcome, OverLimit) else outcome)


def worker(targets: Mapping[str, Target], connection: Connection) -> None:
    """Be a worker of the pool."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + MEMORY, hard))

    def do(work: tuple[str, int, bytes]) -> str:
        return what_is_wrong(targets[work[0]], work[2])

    serve_jobs(connection, do)


def what_is_wrong(target: Target, data: bytes) -> str:
    """Give a target an input and return what is wrong with what it does; nothing when all is as it should be."""
    try:
        target.run(data)
    except target.expected:
        return ""
    except MemoryError:
        return f"it took more than {MEMORY >> 20} MB of memory\n{traceback.format_exc()}"
    except BaseException:  # also one that would end the process
        return traceback.format_exc()
    return ""
