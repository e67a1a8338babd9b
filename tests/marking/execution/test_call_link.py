"""A call over the socket ends with a reply, or within its limits with what the student's code did instead."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace

import pytest

from autograder.course.limits import Limits
from autograder.kernel import wire
from autograder.kernel.call_server import reader
from autograder.marking.execution import call_link
from autograder.marking.execution.budget import OVER
from autograder.marking.execution.call_link import SocketLink
from autograder.testing.faults import KernelLost, NotRun, StudentDied, StudentTimeout


class FakeMeter:
    """A meter that is over when it is told to be."""

    seconds = 5.0

    def __init__(self):
        self.over, self.running = False, True

    def pause(self):
        self.running = False

    def resume(self):
        self.running = True


class FakeKernel:
    """The session of a kernel, whose end of the socket a test holds."""

    limits = Limits(wall_extra=0.2)
    overfull = ended = lost = closed = False
    stand_ins = None

    def __init__(self):
        self.budget = SimpleNamespace(check=lambda: None, subject="add", stops=[])
        self.budget.stopped = self.budget.stops.append
        self.meter = None

    def test_meter(self):
        self.meter = FakeMeter()
        return self.meter

    def close(self):
        self.closed = True


@pytest.fixture
def kernel(monkeypatch):
    monkeypatch.setattr(call_link, "POLL_SECONDS", 0.001)
    return FakeKernel()


@pytest.fixture
def theirs(kernel):
    """The kernel's end of the link."""
    ours, end = socket.socketpair()
    kernel.link = SocketLink(kernel, ours, "request")
    with ours, end:
        yield end


def serve(end, *replies):
    """Answer each message that comes with one of the replies; return the messages."""
    taken = []

    def run():
        for reply in replies:
            taken.append(wire.read_frame(reader(end.recv)))
            end.sendall(reply if isinstance(reply, bytes) else wire.encode(reply))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return taken, thread


def message(**content):
    return wire.WireMessage(content)


def test_the_first_call_of_each_test_says_that_it_begins_one(kernel, theirs):
    taken, thread = serve(theirs, message(value=1), message(value=2), message(value=3))
    values = [kernel.link.exchange(message()).content["value"] for _ in range(2)]
    kernel.link.restart_meter()
    values.append(kernel.link.exchange(message()).content["value"])
    thread.join()
    assert values == [1, 2, 3]
    assert [one.content.get("begins", False) for one in taken] == [True, False, True]
    assert not kernel.meter.running, "between calls nothing is asked of the code"


def test_code_that_does_not_reply_is_stopped_and_its_problem_in_doubt(kernel, theirs):
    kernel.meter.over = True
    with pytest.raises(StudentTimeout) as fault:
        kernel.link.exchange(message())
    assert (fault.value.seconds, kernel.closed, kernel.budget.stops) == (5.0, True, ["add"])


def test_where_the_submissions_time_is_used_up_the_test_did_not_fail(kernel, theirs):
    def check():
        raise NotRun(OVER)

    kernel.meter.over, kernel.budget.check = True, check
    with pytest.raises(NotRun):
        kernel.link.exchange(message())
    assert (kernel.closed, kernel.budget.stops) == (True, [])


def test_a_kernel_that_does_not_take_the_request_is_stopped(kernel, theirs):
    with pytest.raises(StudentTimeout):
        kernel.link.exchange(wire.WireMessage({}, [bytes(1 << 22)]))
    assert kernel.closed


@pytest.mark.parametrize(("lost", "fault"), [(False, StudentDied), (True, KernelLost)])
def test_a_process_that_ends_is_the_codes_doing_unless_its_zygote_ended(kernel, theirs, lost, fault):
    kernel.lost = lost
    theirs.close()
    with pytest.raises(fault):
        kernel.link.exchange(message())
    assert kernel.closed


def test_a_process_that_ended_is_noticed_though_another_holds_its_socket(kernel, theirs):
    kernel.ended = True
    with pytest.raises(StudentDied):
        kernel.link.exchange(message())


def test_a_kernel_that_wrote_too_much_is_ended(kernel, theirs):
    kernel.overfull = True
    with pytest.raises(StudentDied, match="wrote more than it may"):
        kernel.link.exchange(message())
    assert kernel.closed


def test_a_reply_that_breaks_the_rules_ends_the_kernel(kernel, theirs):
    serve(theirs, b"\xff" * 100)
    with pytest.raises(wire.WireError):
        kernel.link.exchange(message())
    assert kernel.closed


def test_questions_are_answered_until_the_reply_comes(kernel, theirs):
    kernel.stand_ins = SimpleNamespace(room=10, answer=lambda question: message(answer=question.content["ask"] * 2))
    taken, thread = serve(theirs, message(ask=2), message(ask=3), message(value=1))
    assert kernel.link.exchange(message()).content == {"value": 1}
    thread.join()
    assert [one.content.get("answer") for one in taken] == [None, 4, 6]


def test_who_may_ask_nothing_gets_no_answer(kernel, theirs):
    serve(theirs, message(ask=2))
    assert kernel.link.exchange(message()).content == {"ask": 2}, "the caller refuses it: it is no reply"


def test_a_reply_gets_no_more_room_than_the_caller_has_though_a_question_would(kernel, theirs):
    kernel.stand_ins = SimpleNamespace(room=100)
    serve(theirs, wire.WireMessage({"value": 1}, [bytes(50)]))
    with pytest.raises(wire.WireError, match="larger than what is asked"):
        kernel.link.exchange(message(), room=49)
