"""Where a test saw that something is wrong is found: the value that it compared, or the call that raised."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.reports.explain.evidence import Evidence, evidence, largest_difference
from autograder.reports.explain.transcript import TranscriptStep
from autograder.testing import fail
from autograder.testing.case import Answer
from autograder.testing.expect import close, raises, returned
from autograder.testing.student import fetch, keys
from autograder.testing.values import same

X = np.array([1.0, 2.0])
RIGHT = {"double": lambda x: 2 * x, "halve": lambda x: (x / 2, "cache")}


def compares(student):
    close(returned(student.double(X), "y")[0], 2 * X)


def test_a_value_that_was_compared_is_shown_with_what_it_was_compared_with(recorded):
    found = evidence(recorded(compares, {"double": lambda x: 3 * x}, RIGHT), ["double"])
    assert (found.step.request["form"], found.returned.tolist(), found.expected.tolist()) == ("array", [3, 6], [2, 4])
    assert found.comparable


def test_a_call_that_raised_is_the_place(recorded):
    found = evidence(recorded(compares, {"double": lambda x: x.nothing}, RIGHT), ["double"])
    assert (found.step.op, found.step.reply.error.name, found.returned) == ("call", "AttributeError", None)
    assert not found.comparable


def test_of_a_test_that_looks_in_its_own_way_the_first_value_that_is_not_the_solutions(recorded):
    def test(student):
        fetch(student.helper(X), 100)
        fetch(student.double(X), 100)
        fail("something is wrong")

    own = {"helper": lambda x: x + 1, "double": lambda x: 3 * x}
    found = evidence(recorded(test, own, {**RIGHT, "helper": lambda x: x}), ["double"])
    assert (found.returned.tolist(), found.expected.tolist()) == ([3, 6], [2, 4])
    of_others = evidence(recorded(test, own, {**RIGHT, "helper": lambda x: x}), ["helper"])
    assert of_others.returned.tolist() == [2, 3]


def test_a_key_that_is_missing_is_shown_by_the_keys_that_there_are(recorded):
    def test(student):
        found = student.params()
        keys(found)
        close(Answer("W", None, "there is no W"), 1)

    found = evidence(recorded(test, {"params": lambda: {"w": 1}}, {"params": lambda: {"W": 1}}), ["params"])
    assert (found.step.request["form"], found.returned, found.expected) == ("keys", ["w"], ["W"])


def test_text_lists_and_dicts_are_shown_whole(recorded):
    def test(student):
        same(student.towns(), [("Bonn", np.int64(3)), ("Ulm", None)])

    own = {"towns": lambda: [("Ulm", {1, 2})]}
    found = evidence(recorded(test, own, {"towns": lambda: [("Bonn", 3), ("Ulm", None)]}), ["towns"])
    assert (found.step.op, found.plain) == ("call", True)
    assert (found.returned, found.expected) == ([["Ulm", "<set>"]], [["Bonn", 3], ["Ulm", None]])


class RoadMap:
    def neighbours(self, town):
        return {}


class Strict:
    def neighbours(self, town):
        raise KeyError(town)


def test_a_call_that_raised_nothing_is_shown_as_that_of_the_class_that_is_asked(recorded):
    def test(student):
        raises(KeyError, student.RoadMap().neighbours, "Jena")

    transcript = recorded(test, {"RoadMap": RoadMap}, {"RoadMap": Strict})
    found = evidence(transcript, ["RoadMap"])
    assert transcript.function_of(found.step) == "neighbours"
    assert (found.step.reply.about["type"], found.step.solution.error.name) == ("dict", "KeyError")


def test_too_few_values_are_shown_by_the_call_that_returned_them(recorded):
    def test(student):
        student.halve(X)
        close(Answer("cache", None, "1 value returned"), 1)

    found = evidence(recorded(test, {"halve": lambda x: x / 2}, RIGHT), ["halve"])
    assert (found.step.op, found.step.reply.about["type"]) == ("call", "ndarray")


def test_a_test_that_asked_nothing_has_no_evidence(recorded):
    assert evidence(recorded(lambda _student: fail("no"), {}, {}), ["double"]) is None


STEP = TranscriptStep("get", {"form": "array"})


@pytest.mark.parametrize(
    ("returned", "expected"),
    [(np.ones(2), np.ones(3)), (np.zeros(0), np.zeros(0)), (np.ones(2), np.ones(2)), ("x", np.ones(1))],
    ids=["shape", "empty", "equal", "no array"],
)
def test_only_arrays_of_one_shape_that_differ_have_a_largest_difference(returned, expected):
    assert largest_difference(Evidence(STEP, returned, expected)) is None


def test_the_element_that_is_furthest_off_is_named_and_others_are_counted():
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    off = largest_difference(Evidence(STEP, right + np.array([[0, 0.1], [0, 1.0]]), right))
    assert (off.place, off.returned, off.expected, off.count) == ((1, 1), 5, 4, 2)


def test_nan_is_as_far_off_as_can_be():
    off = largest_difference(Evidence(STEP, np.array([1.0, np.nan]), np.array([1.0, 2.0])))
    assert off.place == (1,)
