"""A process held by its pidfd: what is asked of it and sent to it never reaches another one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from autograder.kernel import process as process_module
from autograder.kernel.process import Process, number_of

Child = subprocess.Popen[bytes]


@pytest.fixture
def child() -> Iterator[Child]:
    """A process that says when it has begun, and waits."""
    code = "import time; sum(range(3_000_000)); print(flush=True); time.sleep(3600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.fixture
def held(child: Child) -> Iterator[Process]:
    process = Process(os.pidfd_open(child.pid))
    yield process
    process.close()


def test_its_number_and_cpu_time_are_those_of_the_process(child, held):
    assert held.pid == child.pid
    times = psutil.Process(child.pid).cpu_times()
    assert held.cpu_seconds() == pytest.approx(times.user + times.system, abs=0.05)
    assert held.cpu_seconds() > 0


def test_a_signal_reaches_it_and_its_end_is_seen(child, held):
    assert held.alive
    held.signal(signal.SIGTERM)
    assert child.wait(10) == -signal.SIGTERM
    assert not held.alive


def test_one_that_has_ended_takes_no_signals_and_uses_no_time(child, held):
    child.kill()
    child.wait()
    held.signal(signal.SIGKILL)
    assert held.cpu_seconds() == 0
    assert number_of(held.fileno()) == -1


def test_letting_go_of_it_does_not_end_it(child, held):
    held.close()
    held.close()
    held.signal(signal.SIGKILL)
    assert child.poll() is None
    assert not held.alive
    assert held.cpu_seconds() == 0
    with pytest.raises(ValueError, match="has been let go"):
        held.fileno()


def test_one_that_had_ended_before_it_was_held_is_seen_as_that(child):
    descriptor = os.pidfd_open(child.pid)
    child.kill()
    child.wait()
    held = Process(descriptor)
    assert (held.alive, held.pid, held.cpu_seconds()) == (False, -1, 0)
    held.close()


def test_a_descriptor_of_something_else_is_refused():
    with open(os.devnull) as file, pytest.raises(ValueError, match="is no pidfd"):
        number_of(file.fileno())


def test_a_thread_tells_what_it_has_waited_and_nothing_where_the_system_does_not_tell(monkeypatch):
    waits = process_module.ThreadWaits()
    monkeypatch.setattr(process_module, "waited_in", lambda _descriptor: 1.5)
    assert waits.seconds() == 1.5
    waits._file = "/proc/self/task/none/schedstat"
    assert waits.seconds() is None


def test_the_second_number_of_schedstat_is_the_time_waited(tmp_path):
    file = tmp_path / "schedstat"
    file.write_text("7000000000 2500000000 31\n")
    with file.open("rb") as stream:
        assert process_module.waited_in(stream.fileno()) == 2.5
