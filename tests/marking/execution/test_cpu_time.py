"""A meter counts what a process uses, sleep included, but not what it waits for a core; usage adds kernels up."""

from __future__ import annotations

import os
import time

import pytest

from autograder.kernel.process import Process
from autograder.marking.execution.cpu_time import KernelUsage, Meter, Usage


class Fake:
    """A process, and a clock, that say what they are told to."""

    def __init__(self, monkeypatch):
        self.cpu, self.waited, self.clock = 10.0, 20.0, 1000.0
        monkeypatch.setattr(time, "monotonic", lambda: self.clock)

    def cpu_seconds(self):
        return self.cpu

    def waited_seconds(self):
        return self.waited


@pytest.fixture
def process(monkeypatch):
    """A process that is not real."""
    return Fake(monkeypatch)


def test_busy_code_and_sleeping_code_use_time(process):
    busy, sleeping = (Meter(process, seconds=5, wall=3600) for _ in range(2))
    process.cpu, process.clock = 14, 1004
    assert (busy.used, busy.over) == (4, False)
    process.clock = 1006
    assert (sleeping.used, sleeping.over) == (6, True)


def test_a_little_sleep_is_not_counted(process):
    counts = Meter(process, seconds=5, wall=3600, idle=2)
    process.clock = 1006
    assert (counts.used, counts.over) == (4, False)


def test_nothing_is_used_while_nothing_is_asked_but_cpu_time(process):
    counts = Meter(process, seconds=5, wall=3600)
    counts.pause()
    process.clock = 1100
    counts.resume()
    assert counts.used == 0
    counts.pause()
    process.clock, process.cpu = 1101, 17
    assert (counts.used, counts.over) == (7, True)


def test_threads_use_what_all_of_them_do(process):
    counts = Meter(process, seconds=5, wall=3600)
    process.cpu, process.clock = 16, 1003
    assert (counts.used, counts.over) == (6, True)


def test_code_that_waits_for_a_core_uses_nothing_until_the_backstop(process):
    counts = Meter(process, seconds=5, wall=60)
    process.waited, process.clock = 70, 1050
    assert (counts.used, counts.over) == (0, False)
    process.waited, process.clock = 81, 1061
    assert counts.over


def test_where_nothing_is_known_of_waiting_only_cpu_time_is_used(process):
    process.waited = None
    counts = Meter(process, seconds=5, wall=60)
    process.clock = 1050
    assert (counts.used, counts.over) == (0, False)
    process.cpu = 16
    assert counts.over


def test_a_process_tells_its_own_cpu_time_and_waiting():
    me = Process(os.pidfd_open(os.getpid()))
    try:
        counts = Meter(me, seconds=3600, wall=3600)
        deadline = time.process_time() + 2
        while not counts.used >= 0.05:
            assert time.process_time() < deadline
        assert me.waited_seconds() is not None
    finally:
        me.close()


def test_a_submissions_kernels_are_added_up_and_an_ended_one_takes_nothing_back(process):
    usage = Usage()
    first = KernelUsage(usage, process)
    assert (first.look(), first.look()) == (10, 10)
    process.cpu = 0.0  # the process has ended
    first.look()
    process.cpu, process.waited = 3.0, 25.0
    KernelUsage(usage, process).look()
    assert (usage.kernels, usage.waited) == (13, 45)


def test_cells_use_what_is_used_while_they_run_and_calls_the_rest(process):
    usage = Usage()
    kernel = KernelUsage(usage, process)
    with kernel.in_a_cell():
        process.cpu = 14.0
    process.cpu = 16.0
    kernel.look()
    assert (usage.cells, usage.calls) == (4, 12)
