"""All that a test asks is kept, with what came back and what the solution says to the same."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.kernel.wire import WireMessage
from autograder.reports.explain import transcript as module
from autograder.reports.explain.transcript import (
    TranscriptStep,
    about_of,
    differs,
    error_of,
    handle_of,
    message_of,
    value_of,
)
from autograder.testing.student import Reference, fetch, keys, plain


def double(x):
    return 2 * x


def triple(x):
    return 3 * x


def asks_once(student):
    fetch(student.double(np.array([1.0, 2.0])), 100)


def test_each_request_has_the_reply_of_the_code_and_of_the_solution(recorded):
    transcript = recorded(asks_once, {"double": triple}, {"double": double})
    name, call, look = transcript.steps
    assert [step.op for step in transcript.steps] == ["name", "call", "array"]
    assert (value_of(look.reply).tolist(), value_of(look.solution).tolist()) == ([3, 6], [2, 4])
    assert call.about["shape"] == [2]
    assert (transcript.maker(look.target), transcript.origin(look)) == (call, call)
    assert (transcript.function_of(look), transcript.function_of(name)) == ("double", "double")


def test_an_exception_of_the_code_is_a_reply_and_one_of_the_solution_too(recorded):
    def broken(x):
        raise ValueError("no")

    transcript = recorded(asks_once, {"double": broken}, {"double": broken})
    last = transcript.steps[-1]
    assert (last.op, str(last.error), str(error_of(last.solution))) == ("call", "ValueError: no", "ValueError: no")
    assert value_of(last.reply) is None


def test_a_step_whose_value_the_solution_has_not_is_left_without_one(recorded):
    transcript = recorded(asks_once, {"double": double}, {})
    assert error_of(transcript.steps[0].solution) is not None
    assert [step.solution for step in transcript.steps[1:]] == [None, None]


def test_no_more_is_kept_than_there_is_room_for(recorded, monkeypatch):
    monkeypatch.setattr(module, "KEPT_STEPS", 2)
    transcript = recorded(asks_once, {"double": double}, {"double": double})
    assert ([step.op for step in transcript.steps], transcript.whole) == (["name", "call"], False)


def test_arrays_count_by_their_bytes(recorded, monkeypatch):
    monkeypatch.setattr(module, "KEPT_BYTES", 1000)
    many = np.zeros(1000)
    transcript = recorded(lambda student: student.double(many), {"double": double}, {})
    assert ([step.op for step in transcript.steps], transcript.whole) == (["name"], False)


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


@pytest.mark.parametrize("content", [{}, {"value": 3}, {"value": {"ref": "x"}}, {"about": "x"}, {"value": {"odd": 1}}])
def test_a_reply_that_breaks_the_rules_has_no_handle_and_nothing_is_said_of_it(content):
    reply = WireMessage(content)
    assert (handle_of(reply), about_of(reply)) == (None, {})
    assert handle_of(None) is None


def test_handles_are_found_wherever_they_are_in_a_request():
    step = TranscriptStep({"op": "call", "args": [Reference(1), {"a": (Reference(2),)}], "target": Reference(3)})
    assert sorted(step.handles()) == [1, 2, 3]
    assert step.target == 3


def test_a_request_is_sent_with_its_handles_and_its_arrays_beside_it():
    message = message_of({"op": "item", "target": Reference(3), "key": np.ones(2)})
    assert message.content["request"]["dict"] == [["op", "item"], ["target", {"ref": 3}], ["key", {"npy": 0}]]
    assert len(message.attachments) == 1
