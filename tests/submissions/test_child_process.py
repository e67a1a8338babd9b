"""Work in a child comes back as bytes, or ends at its limits without harm to this process."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from autograder.kernel.sandbox.syscall_numbers import syscall_table
from autograder.submissions.child_process import FORKS, WorkEnded, WorkFault, in_child

pytestmark = pytest.mark.skipif(not FORKS, reason="work is done in this process here")
MEMORY = 256 << 20


def test_what_work_returns_comes_back():
    assert in_child(lambda: b"\0" + str(os.getpid()).encode(), 10, MEMORY) != b"\0" + str(os.getpid()).encode()
    assert in_child(lambda: b"x" * (1 << 20), 10, MEMORY) == b"x" * (1 << 20)
    assert in_child(lambda: b"", 10, MEMORY) == b""


def test_endless_work_is_ended_by_its_processor_time():
    def endless():
        while True:
            pass

    with pytest.raises(WorkEnded, match=r"more than 0\.2 seconds"):
        in_child(endless, 0.2, MEMORY)


def test_work_within_one_call_that_hears_nothing_is_ended_too():
    with pytest.raises(WorkEnded, match=r"more than 0\.2 seconds"):
        in_child(lambda: str(10**1_000_000 // 3**100_000 % 7**1_000_000).encode(), 0.2, MEMORY)


def test_work_that_asks_for_too_much_memory_is_told_so():
    with pytest.raises(WorkEnded, match="256 MB of memory"):
        in_child(lambda: bytes(1 << 30), 10, MEMORY)


def test_work_that_ends_its_process_is_ended():
    with pytest.raises(WorkEnded, match="the end of its process"):
        in_child(lambda: os.kill(os.getpid(), signal.SIGXCPU) or b"", 10, MEMORY)


def test_work_that_waits_is_no_fault_of_what_it_reads(monkeypatch):
    monkeypatch.setattr("autograder.submissions.child_process.WALL_EXTRA", 0.2)
    with pytest.raises(WorkFault, match="SIGALRM"):
        in_child(lambda: time.sleep(600) or b"", 0.01, MEMORY)


def test_what_it_raises_is_told_with_its_traceback():
    with pytest.raises(WorkFault, match="ZeroDivisionError"):
        in_child(lambda: bytes(1 // 0), 10, MEMORY)


def test_nothing_that_it_does_is_seen_here(tmp_path):
    seen = []
    in_child(lambda: bytes(len(seen.append(1) or seen)), 10, MEMORY)
    assert seen == []


def test_threads_may_have_children_at_the_same_time():
    answers = {}

    def ask(number):
        answers[number] = in_child(lambda: str(number).encode(), 10, MEMORY)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number).encode() for number in range(8)}


def test_an_interrupt_is_heard_while_it_works_and_ends_it():
    """The child says that it has begun, then never ends: it is gone when the interrupt has been raised here."""
    begun, says = os.pipe()
    main, doing = threading.get_ident(), Path(f"/proc/self/task/{threading.get_native_id()}/syscall")

    def interrupt():
        child.append(int(os.read(begun, 20)))
        # An interrupt that comes a moment before it waits for the answer would be heard only after that.
        while doing.read_text().split()[0] != str(syscall_table()["read"]):
            os.sched_yield()
        signal.pthread_kill(main, signal.SIGINT)

    def endless():
        os.write(says, str(os.getpid()).encode())
        while True:
            time.sleep(60)

    child = []
    thread = threading.Thread(target=interrupt)
    thread.start()
    # A shell starts what runs in the background with interrupts ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            in_child(endless, 60, MEMORY)
    finally:
        thread.join()
        signal.signal(signal.SIGINT, before)
        os.close(begun)
        os.close(says)
    with pytest.raises(ProcessLookupError):
        os.kill(child[0], 0)
