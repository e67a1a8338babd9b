"""Wrong answers that nothing explains are together when they are the same, whoever wrote them, and apart otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.course.results import ProblemResult, Record, Sketch, Status, TestResult, Verdict
from autograder.i18n.messages import Message, say
from autograder.reports import unknown
from autograder.reports.unknown import AnswerGroup, answer_difference, answer_groups, exception_of
from autograder.testing.case import Look
from autograder.testing.diagnosis.sketch import answer_sketch
from autograder.testing.faults import Comparison
from autograder.testing.runner import RAISED

VALUES = np.random.default_rng(1).normal(size=(3, 4))
EXPECTED = np.arange(12.0).reshape(3, 4)
ASSIGNMENT: Any = SimpleNamespace(tests_sha256="tests", course=SimpleNamespace(salt_fingerprint="salt"))


def seen(*values, name="dh", raised=None):
    """Return the sketch of a test that saw some answers; the last one was compared."""
    answers = [answer_sketch(Look(name, one), Comparison(name, None, EXPECTED, 1e-5)) for one in values]
    return Sketch(answers=answers, raised=raised)


def failed(sketch=None, message="dh is off", test="t", worked_example=False):
    return TestResult(
        id=test, title=Message(test), verdict=Verdict.FAILED, score=0, max_score=1,
        sketch=sketch, message=Message(message) if isinstance(message, str) else message, worked_example=worked_example,
    )  # fmt: skip


def hand_in(student, *tests, **more):
    result = ProblemResult(id="rnn_backward", score=0, max_score=1, tests=list(tests))
    record = Record(
        assignment="a", student=student, sha256="", status=Status.MARKED, score=0, max_score=1, problems=[result],
        kit_version="", tests_sha256="tests", salt_fingerprint="salt", environment={}, seconds=0,
    )  # fmt: skip
    return msgspec.structs.replace(record, **more), result


def raised(fault, *lines):
    return say(RAISED, fault=fault, lines="".join(f"\n{line}" for line in lines))


def students_of(*found):
    return [group.students for group in answer_groups(found)]


def test_the_same_values_are_the_same_mistake_but_for_rounding_and_the_largest_group_is_first():
    assert students_of(
        hand_in("a", failed(seen(2 * VALUES))),
        hand_in("b", failed(seen(VALUES))),
        hand_in("c", failed(seen(VALUES * (1 + 1e-13)), "another text")),
        hand_in("d", failed(seen(VALUES.astype(np.float32)))),
    ) == [("b", "c", "d"), ("a",)]


def test_every_failed_test_counts():
    one, other = seen(VALUES), seen(2 * VALUES)
    assert students_of(
        hand_in("a", failed(one, test="s"), failed(one)),
        hand_in("b", failed(one, test="s"), failed(other)),
        hand_in("c", failed(one, test="s")),
        hand_in("d", failed(one, test="s"), failed(one)),
    ) == [("a", "d"), ("b",), ("c",)]


@pytest.mark.parametrize("changed", [{"tests_sha256": "other"}, {"salt_fingerprint": "other"}])
def test_values_of_other_hidden_inputs_are_not_compared(changed):
    assert students_of(hand_in("a", failed(seen(VALUES))), hand_in("b", failed(seen(VALUES)), **changed)) == [
        ("a",),
        ("b",),
    ]


def test_what_raised_goes_by_exception_place_and_message_without_names_and_numbers():
    def of(student, *parts):
        return hand_in(student, failed(seen(raised=parts[0].partition(":")[0]), raised(*parts)))

    assert students_of(
        of("a", "NameError: name 'h_t' is not defined", "rnn_backward, line 3: dh[:, t] += h_t"),
        of("b", "NameError: name 'ht' is not defined", "rnn_backward, line 17: x = ht"),
        of("c", "NameError: name 'ht' is not defined", "rnn_backward, line 4: f()", "f, line 2: x = ht"),
        of("d", "KeyError: 'h_t'", "rnn_backward, line 3: dh[:, t] += h_t"),
        of("e", "NameError: name 'W' is not defined", "rnn_backward in cs231n/rnn_layers.py, line 9: W"),
    ) == [("a", "b", "e"), ("c",), ("d",)]


def test_records_without_sketches_go_by_the_texts_of_their_tests():
    assert students_of(
        hand_in("a", failed(message="dh: 3 of 12")),
        hand_in("b", failed(message="dh: 4 of 12")),
        hand_in("c", failed(message="dh: 3 of 12")),
    ) == [("a", "c"), ("b",)]


@pytest.fixture
def expects(monkeypatch):
    """Let the solution return something in every test."""

    def expects(values, name="dh"):
        outcome = SimpleNamespace(looks=(Look(name, values),))
        expert = SimpleNamespace(outcome=lambda _test: outcome)
        monkeypatch.setattr(unknown, "diagnostician", lambda *_arguments: expert)

    return expects


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.where(EXPECTED == 11, 5.5, EXPECTED), "dh[2, 3] is 5.5; 11 is expected"),
        (np.where(EXPECTED == 1, np.nan, EXPECTED), "dh[0, 1] is no finite number; 1 is expected"),
        (EXPECTED.T, "dh has the shape (4, 3); (3, 4) is expected"),
        (None, "dh is not returned"),
    ],
)
def test_a_line_says_what_is_returned_and_what_is_expected(expects, values, said):
    expects(EXPECTED)
    assert answer_difference(ASSIGNMENT, AnswerGroup([hand_in("a", failed(seen(values)))])) == said


def test_of_text_and_lists_the_tests_own_words_say_where_they_differ(expects):
    expects(np.frombuffer(b"['aab',3]", np.uint8), name="runs")
    test = failed(seen(np.frombuffer(b"['aab']", np.uint8), name="runs"), "runs has length 1; another length is asked")
    assert answer_difference(ASSIGNMENT, AnswerGroup([hand_in("a", test)])) == str(test.message)


def test_of_several_tests_the_one_that_is_no_worked_example_says_it(expects):
    expects(EXPECTED)
    shown = failed(seen(EXPECTED + 100), test="s", worked_example=True)
    hidden = failed(seen(np.where(EXPECTED == 0, -1.0, EXPECTED)))
    assert answer_difference(ASSIGNMENT, AnswerGroup([hand_in("a", shown, hidden)])) == "dh[0, 0] is -1; 0 is expected"


def test_after_a_change_of_tests_nothing_is_said_of_what_is_expected(monkeypatch):
    monkeypatch.setattr(unknown, "diagnostician", pytest.fail)
    found = hand_in("a", failed(seen(np.where(EXPECTED == 11, 5.5, EXPECTED))), tests_sha256="of last year")
    assert answer_difference(ASSIGNMENT, AnswerGroup([found])) == "dh[2, 3] is 5.5"


def test_what_raised_says_what_and_where():
    test = failed(seen(raised="ValueError"), raised("ValueError: 3 and 4 differ", "rnn_backward, line 3: dh + x"))
    assert (
        answer_difference(ASSIGNMENT, AnswerGroup([hand_in("a", test)]))
        == "raises ValueError: # and # differ (in rnn_backward)"
    )


def test_a_very_long_exception_is_cut_and_nothing_that_is_none_is_taken_for_one():
    assert len(exception_of(failed(message=raised("E: " + "x" * 10_000)))) <= unknown.TEXT_MAX
    assert exception_of(failed(message="E: x")) == ""
