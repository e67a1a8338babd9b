"""A problem's tests run again as they were marked, and all that they ask is kept, with what came back."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.results import Verdict
from autograder.kernel.call_server import Server
from autograder.kernel.sandbox.levels import best
from autograder.kernel.wire import WireMessage
from autograder.reports.explain import transcript as module
from autograder.reports.explain.transcript import (
    NO_REPLY,
    RecordingLink,
    StepReply,
    Transcript,
    TranscriptStep,
    differs,
    read_reply,
    run_again,
)
from autograder.testing.case import Case, open_case
from autograder.testing.faults import StudentDied
from autograder.testing.link import LocalLink
from autograder.testing.student import Reference, Student, fetch, keys, plain


def double(x):
    return 2 * x


def triple(x):
    return 3 * x


def asks_once(student):
    fetch(student.double(np.array([1.0, 2.0])), 100)


def test_each_request_has_the_reply_of_the_code_and_of_the_solution(recorded):
    transcript = recorded(asks_once, {"double": triple}, {"double": double})
    name, call, look = transcript.steps
    assert [step.op for step in transcript.steps] == ["look_up", "call", "get"]
    assert (look.reply.value.tolist(), look.solution.value.tolist()) == ([3, 6], [2, 4])
    assert call.reply.about["shape"] == [2]
    assert (transcript.maker(look.target), transcript.origin(look)) == (call, call)
    assert (transcript.function_of(look), transcript.function_of(name)) == ("double", "double")


def test_an_exception_of_the_code_is_a_reply_and_one_of_the_solution_too(recorded):
    def broken(x):
        raise ValueError("no")

    transcript = recorded(asks_once, {"double": broken}, {"double": broken})
    last = transcript.steps[-1]
    assert (last.op, str(last.reply.error), str(last.solution.error)) == ("call", "ValueError: no", "ValueError: no")
    assert last.reply.value is None


def test_a_step_whose_value_the_solution_has_not_is_left_without_one(recorded):
    transcript = recorded(asks_once, {"double": double}, {})
    assert transcript.steps[0].solution.error is not None
    assert [step.solution for step in transcript.steps[1:]] == [NO_REPLY, NO_REPLY]


def test_no_more_is_kept_than_there_is_room_for(recorded, monkeypatch):
    monkeypatch.setattr(module, "KEPT_STEPS", 2)
    transcript = recorded(asks_once, {"double": double}, {"double": double})
    assert ([step.op for step in transcript.steps], transcript.whole) == (["look_up", "call"], False)


def test_arrays_count_by_their_bytes(recorded, monkeypatch):
    monkeypatch.setattr(module, "KEPT_BYTES", 1000)
    many = np.zeros(1000)
    transcript = recorded(lambda student: student.double(many), {"double": double}, {})
    assert ([step.op for step in transcript.steps], transcript.whole) == (["look_up"], False)


@pytest.mark.parametrize(
    ("own", "right", "is_other"),
    [
        (np.ones(2), np.ones(2), False),
        (np.ones(2) + 1e-12, np.ones(2), False),
        (np.ones(2) + 1e-3, np.ones(2), True),
        (np.ones(2), np.ones(3), True),
        (np.ones(2, int), np.ones(2), True),
        (np.array([np.nan]), np.ones(1), True),
    ],
    ids=["equal", "close", "far", "shape", "integers", "nan"],
)
def test_arrays_differ_by_shape_kind_and_more_than_is_tolerated(recorded, own, right, is_other):
    transcript = recorded(lambda student: fetch(student.f(), 100), {"f": lambda: own}, {"f": lambda: right})
    assert differs(transcript.steps[-1], 1e-7) is is_other


def test_keys_differ_whatever_their_order_only_by_what_they_are(recorded):
    def look(student):
        keys(student.f())

    same, other = (
        recorded(look, {"f": lambda found=found: dict.fromkeys(found)}, {"f": lambda: dict.fromkeys("ab")})
        for found in ("ba", "ac")
    )
    assert (differs(same.steps[-1], 0), differs(other.steps[-1], 0)) == (False, True)


def test_plain_values_differ_by_type_too(recorded):
    transcript = recorded(lambda student: plain(student.f()), {"f": lambda: 1}, {"f": lambda: True})
    assert differs(transcript.steps[-1], 0)


@pytest.mark.parametrize("content", [{}, {"value": {"ref": "x"}}, {"about": "x"}, {"value": {"odd": 1}}, 1])
def test_a_reply_that_breaks_the_rules_has_no_handle_and_nothing_is_said_of_it(content):
    assert read_reply(WireMessage({"replies": [content]})) == StepReply()
    assert read_reply(WireMessage({"replies": content})) == StepReply()


class Ends:
    """A link to a process that ends when a function is called."""

    def __init__(self, **names):
        self.inner = LocalLink(Server(names))

    def exchange(self, message, room=0):
        if message.content["requests"][0][0] == "call":
            raise StudentDied("it ended")
        return self.inner.exchange(message, room)


def test_a_call_that_never_returned_is_the_last_step():
    transcript = Transcript(Case(test="test"))
    link = RecordingLink(Ends(double=double), transcript)
    with open_case(transcript.case), pytest.raises(StudentDied):
        asks_once(Student(lambda: link, recorded=True))
    assert [(step.op, step.reply is NO_REPLY) for step in transcript.steps] == [("look_up", False), ("call", True)]


def test_a_handle_that_code_gives_twice_leads_back_to_the_first_value_that_had_it():
    name = TranscriptStep("look_up", {"name": "f"}, StepReply(number=1))
    item = TranscriptStep("look_up", {"target": Reference(1), "key": 0}, StepReply(number=1))
    transcript = Transcript(Case(test="test"), [name, item])
    assert transcript.origin(item) is name


def test_handles_are_found_wherever_they_are_in_a_request():
    step = TranscriptStep("call", {"args": [Reference(1), {"a": (Reference(2),)}], "target": Reference(3)})
    assert sorted(step.handles()) == [1, 2, 3]
    assert step.target == 3


RECORD: Any = SimpleNamespace(student="ada", problems=[])


def test_only_one_problems_tests_are_run_behind_the_cells_that_lead_to_its_check(assignment, hand_in, scratch):
    hand_in("def double(x): return 3 * x", "def halve(x): return x / 2, None")
    again = run_again(assignment, RECORD, assignment.problems["double"], best())
    assert (again.submission.student, again.result.id, again.result.score) == ("ada", "double", 0)
    assert "def double(x): return 3 * x" in again.cells
    assert not any("halve" in cell for cell in again.cells)
    failed = [test.id for test in again.result.tests if test.verdict is Verdict.FAILED]
    assert again.transcripts.keys() >= set(failed[:1])
    last = again.transcripts["test_double.py::test_example"].steps[-1]
    assert (last.reply.value.tolist(), last.solution.value.tolist()) == ([3, 6], [2, 4])


def test_a_submission_that_is_gone_is_an_error(assignment):
    with pytest.raises(FileNotFoundError):
        run_again(assignment, RECORD, assignment.problems["double"], best())
