"""The follow-through of a problem runs in kernels that have been asked nothing else, with stand-ins in place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.limits import StandInLimits
from autograder.kernel import wire
from autograder.marking.problem_kernel import FreshKernel
from autograder.testing.faults import StudentDied
from autograder.testing.fixtures import SubmissionAccess
from autograder.testing.stand_ins import StandIns


class FakeSession:
    """A kernel that answers as it is told to."""

    def __init__(self, reply, *, alive=True):
        self.alive, self.stand_ins = alive, None
        self.reply, self.requests, self.restarts = reply, [], 0

    def call_link(self):
        return self

    def exchange(self, message):
        self.requests.append(message.content)
        return wire.WireMessage(self.reply)

    def restart_meter(self):
        self.restarts += 1

    def close(self):
        self.alive = False


@pytest.fixture
def started():
    return []


@pytest.fixture
def make(started):
    """Return a function that makes access to fake kernels, which reply to the request for stand-ins."""

    def made(reply=None, **settings):
        def start():
            started.append(FakeSession(reply or {}, **settings))
            return started[-1]

        assignment: Any = SimpleNamespace(reference=None)
        stand_ins = StandIns(assignment, [], StandInLimits())
        return FreshKernel(start, SubmissionAccess(), stand_ins), stand_ins

    return made


def test_stand_ins_are_put_in_place_before_anything_else_is_asked(make, started):
    fresh, stand_ins = make()
    assert fresh.link() is fresh.link() is started[0]
    assert started[0].requests == [{"stand_ins": {"replaced": [], "own": {}}}]
    assert started[0].stand_ins is stand_ins


def test_a_kernel_apart_has_counts_of_its_own(make, started):
    fresh, stand_ins = make()
    assert fresh.link_apart(1) is not fresh.link_apart(0)
    copies = [session.stand_ins for session in started]
    assert all(one is not stand_ins for one in copies)
    assert copies[0] is not copies[1]


def test_a_kernel_that_ended_is_replaced(make, started):
    fresh, _ = make()
    fresh.link().close()
    assert fresh.link() is started[1]


def test_code_that_lets_no_stand_in_in_has_ended_its_kernel(make, started):
    fresh, _ = make({"error": {}})
    with pytest.raises(StudentDied, match="stand-ins could not take the places"):
        fresh.link()
    assert not started[0].alive


def test_a_kernel_that_ends_while_it_starts_is_the_codes_fault(make):
    fresh, _ = make(alive=False)
    with pytest.raises(StudentDied, match="ended the process"):
        fresh.link()


def test_each_test_has_time_and_questions_of_its_own_in_every_kernel_that_lives(make, started):
    fresh, _ = make()
    fresh.link_apart(0)
    fresh.link_apart(1).close()
    for session in started:
        session.stand_ins._questions = 7
    fresh.begin_test()
    assert [session.restarts for session in started] == [1, 0, 1]
    assert [session.stand_ins._questions for session in started] == [0, 7, 0]


def test_all_kernels_end_with_the_problem(make, started):
    fresh, _ = make()
    fresh.link()
    fresh.link_apart(2)
    fresh.close()
    assert [session.alive for session in started] == [False, False]


def test_what_it_knows_of_the_submission_is_what_the_other_access_knows(make):
    fresh, _ = make()
    fresh._access.wrote = lambda line: line == "mine"
    assert (fresh.wrote("mine"), fresh.wrote("theirs")) == (True, False)
    assert fresh.limits == SubmissionAccess.limits
