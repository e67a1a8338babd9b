"""A pool's workers are ended when a job takes too long, and with the pool; what they find comes back."""

from __future__ import annotations

import os
import time

import numpy as np
import psutil
import pytest

from autograder.submissions.child_process import limited
from autograder.verification import worker_pool as pool_module
from autograder.verification.worker_pool import OverLimit, PoolJob, WorkerFault, WorkerPool, serve_jobs

LONG = 60.0
pytestmark = pytest.mark.skipif(pool_module.START != "fork", reason="what is not forked cannot import this file")


def start(word, connection):
    serve_jobs(connection, lambda work: getattr(Works, work[0])(word, *work[1:]))


class Works:
    """What the workers of these tests can do."""

    @staticmethod
    def tell(word, number):
        return f"{word} {number}"

    @staticmethod
    def number(_word):
        return os.getpid()

    @staticmethod
    def endless(_word):
        while True:
            pass

    @staticmethod
    def wait(_word):
        time.sleep(LONG)

    @staticmethod
    def end(_word):
        os._exit(7)

    @staticmethod
    def fill(_word):
        try:
            np.ones(pool_module.MEMORY, dtype=np.float64)
        except MemoryError:
            return "no room"

    @staticmethod
    def fail(_word):
        raise KeyError("lost")


@pytest.fixture
def pool():
    with WorkerPool(start, ("done",)) as made:
        yield made
        workers = [psutil.Process(worker.process.pid) for worker in made._workers]
    assert not [worker for worker in workers if worker.is_running()]


def outcomes(pool, *jobs):
    return {job.work: outcome for job, outcome in pool.do(jobs)}


def test_jobs_are_done_by_as_many_workers_as_there_are(pool):
    found = outcomes(pool, *(PoolJob(("tell", number), LONG) for number in range(7)))
    assert found == {("tell", number): f"done {number}" for number in range(7)}
    assert len(pool._workers) == 2
    assert outcomes(pool, PoolJob(("number",), LONG))[("number",)] != os.getpid()


def test_an_endless_job_is_ended_and_the_others_are_done(pool):
    found = outcomes(pool, PoolJob(("endless",), 0.2), *(PoolJob(("tell", number), LONG) for number in range(3)))
    assert "0.2 seconds of processor time" in str(found[("endless",)])
    assert found[("tell", 2)] == "done 2"


def test_a_job_that_waits_for_ever_is_ended_by_the_clock(pool, monkeypatch):
    monkeypatch.setattr(pool_module, "WALL_EXTRA", 0.3)
    found = outcomes(pool, PoolJob(("wait",), 0.1))
    assert "still running after" in str(found[("wait",)])


def test_a_job_that_ends_its_process_is_told_from_an_endless_one(pool):
    found = outcomes(pool, PoolJob(("end",), LONG), PoolJob(("tell", 1), LONG))
    assert isinstance(found[("end",)], OverLimit)
    assert "ended its process (7)" in str(found[("end",)])
    assert found[("tell", 1)] == "done 1"


def test_a_job_cannot_have_all_of_the_memory(pool):
    assert outcomes(pool, PoolJob(("fill",), LONG)) == {("fill",): "no room"}


def test_a_fault_of_a_workers_own_is_told(pool):
    with pytest.raises(WorkerFault, match=r"KeyError: 'lost'"):
        outcomes(pool, PoolJob(("fail",), LONG))


def test_workers_end_when_their_pool_is_interrupted():
    def stop():
        with WorkerPool(start, ("done",)) as pool:
            for _ in pool.do([PoolJob(("tell", 1), LONG), PoolJob(("wait",), LONG)]):
                workers.extend(psutil.Process(worker.process.pid) for worker in pool._workers)
                raise KeyboardInterrupt

    workers = []
    with pytest.raises(KeyboardInterrupt):
        stop()
    assert len(workers) == 2
    assert not [worker for worker in workers if worker.is_running()]


def test_a_job_within_its_limit_leaves_no_alarm_behind():
    import signal

    with limited(LONG):
        assert signal.getitimer(signal.ITIMER_PROF)[0] > 0
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)
