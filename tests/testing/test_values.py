"""Answers that are no arrays: text, lists, dicts, and values within them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from autograder.kernel.call_server import Server
from autograder.testing.case import Answer, Case, open_case
from autograder.testing.faults import CheckFailed
from autograder.testing.link import LocalLink
from autograder.testing.student import Student
from autograder.testing.values import same


@pytest.fixture(autouse=True)
def case():
    with open_case(Case(functions=("f",))) as opened:
        yield opened


def answer(value: object) -> Answer:
    link = LocalLink(Server({"f": lambda: value}))
    return Answer("runs", Student(lambda: link).f())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("aab", "aab"),
        ("", ""),
        ("漢", "漢"),
        ([], []),
        (None, None),
        (3, 3.0),
        (0.1 + 0.2, 0.3),
        (True, 1),
        (np.float64(2.5), 2.5),
        ([("a", 3), ("b", 1)], [("a", 3), ("b", 1)]),
        ([["a", 3]], [("a", 3)]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ([np.array([1, 2])], [[1, 2]]),
        ({"a": 1, "b": {"c": [None]}}, {"b": {"c": [None]}, "a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        ({}, {}),
        (list(range(500)), list(range(500))),
    ],
)
def test_the_same_value_passes(value, expected):
    same(answer(value), expected)


@pytest.mark.parametrize(
    ("value", "expected", "message"),
    [
        ("aac", "aab", r"^runs is another text, from character 2 on \(counted from 0\)$"),
        ("aa", "aab", "runs is another text, from character 2 on"),
        ("a" * 5000, "a" * 1999, "runs is another text, from character 1999 on"),
        (3, "3", "runs is of type int; a text is asked"),
        ("3", 3, "runs is of type str; a number is asked"),
        (4, 3, "^runs is another number than what is asked$"),
        pytest.param(10**4000, 3, "runs is another number", id="too large for a float"),
        (float("nan"), 3, "runs is another number"),
        ("ab", ["a", "b"], "runs is of type str; a list or a tuple is asked"),
        ([("a", 3)], [("a", 3), ("b", 1)], "^runs has length 1; another length is asked$"),
        ([("a", 3), ("b", 2)], [("a", 3), ("b", 1)], r"^runs\[1\]\[1\] is another number"),
        ([[[1]]], [1], r"runs\[0\] is of type list; a number is asked"),
        ([0] * 1_000_000, [0], "runs has far more elements than are asked"),
        ({"a": 1}, {"b": 1}, "^runs has other keys than those that are asked$"),
        ({"a": 1, 7: 1}, {"a": 1}, "runs has other keys"),
        ({"a": 2}, {"a": 1}, r"^runs\['a'\] is another number"),
        ({"a"}, ["a"], "runs is of type set; a list or a tuple is asked"),
        ("a", None, "runs is of type str; None is asked"),
        (np.ones(100_000), [1], "runs cannot be read: .*larger than what is asked"),
    ],
)
def test_another_value_fails_and_shows_no_value(value, expected, message, case):
    with pytest.raises(CheckFailed, match=message):
        same(answer(value), expected)


def test_mistakes_are_told_apart_by_all_that_was_returned(case):
    for value in (
        "aab",
        "aac",
        ["aab"],
        [("a", 2)],
        [["a", 2.0]],
        [("a", 3)],
        {"b": 1, "a": 2},
        {"a": 2, "b": 1},
        3,
        None,
    ):
        with pytest.raises(CheckFailed):
            same(answer(value), [["z", 0]])
    spelt = [look.values.tobytes() for look in case.looks]
    assert spelt[3] == spelt[4]
    assert spelt[6] == spelt[7]
    assert len({*spelt}) == len(spelt) - 2


def test_what_a_call_returned_is_compared_without_a_name():
    link = LocalLink(Server({"f": lambda: [1, 2]}))
    same(Student(lambda: link).f(), [1, 2])
    with pytest.raises(CheckFailed, match=r"^f\(…\)\[1\] is another number"):
        same(Student(lambda: link).f(), [1, 3])


def test_nothing_returned_fails_as_anywhere():
    with pytest.raises(CheckFailed, match="is missing"):
        same(Answer("runs", None, "runs is missing"), [])


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"a"}, "a value of type set is expected"),
        (np.ones(3), "Use close for arrays"),
        ({1: "a"}, "keys that are no text"),
        ("a" * 2000, "at most 1999 can be read"),
        ({str(key): 0 for key in range(200)}, "at most 199 can be read"),
    ],
)
def test_what_cannot_be_expected_is_the_authors_fault(expected, message):
    with pytest.raises((TypeError, ValueError), match=message):
        same(answer([]), expected)
