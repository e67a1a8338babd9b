"""Of the known mistakes of a problem, only one that explains what tests saw is named, and none where several would."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.misconceptions import Misconception
from autograder.course.results import Confidence
from autograder.testing.case import Look
from autograder.testing.diagnosis import matcher
from autograder.testing.diagnosis.matcher import Diagnostician, Seen, fewest, function_of
from autograder.testing.diagnosis.replay import CaseOutcome

X, DW, SHAPE = "test_a.py::test_value", "test_a.py::test_gradient[dw]", "test_a.py::test_shape"
DB = "test_a.py::test_gradient[db]"
TESTS = (X, DW, DB, SHAPE)
ASSIGNMENT: Any = SimpleNamespace(hidden_file=Path)
RIGHT = np.random.default_rng(1).normal(size=4)
PASS = CaseOutcome(True, (Look("y", RIGHT),))


def fail(factor):
    return CaseOutcome(False, (Look("y", factor * RIGHT),))


ZEROS = CaseOutcome(False, (Look("y", np.zeros(4)),))
RAISED = CaseOutcome(False, (), "ValueError")


def mistake(name, equivalent=""):
    return SimpleNamespace(name=name, file=Path(name), equivalent=equivalent)


@pytest.fixture
def expert(monkeypatch):
    """Return a function that makes the diagnostician of mistakes by what each test sees of them; others pass."""

    def make(background=(), **seen):
        known = [mistake(name) for name in seen]
        runs = []

        def run(_self, test, files):
            runs.append((test, files))
            name = next((one.name for one in known if one.file in files), None)
            return seen[name].get(test, PASS) if name else PASS

        monkeypatch.setattr(matcher, "Replay", lambda *_arguments: SimpleNamespace(run=lambda *a: run(None, *a)))
        monkeypatch.setattr(matcher, "variant", lambda _assignment, *files: files)
        made: Any = Diagnostician(ASSIGNMENT, "a", known)
        made.runs = runs
        return made

    return make


def named(expert, student, gates=(SHAPE,), background=()):
    found = expert.named(Seen({test: student.get(test, PASS) for test in TESTS}, background, frozenset(gates)))
    return [(one.misconception.name, one.confidence, one.tests) for one in found]


def test_a_mistake_that_gives_the_same_wrong_values_everywhere_is_certain(expert):
    wrong = {X: fail(2), DW: fail(3)}
    assert named(expert(doubled=wrong, other={X: fail(5)}), wrong) == [("doubled", Confidence.CERTAIN, (X, DW))]


def test_of_two_that_explain_everything_none_is_named(expert):
    assert named(expert(one={X: fail(2)}, other={X: fail(2)}), {X: fail(2)}) == []


def test_a_likeness_that_may_be_chance_is_only_likely(expert):
    assert named(expert(one={X: ZEROS}), {X: ZEROS}) == [("one", Confidence.LIKELY, (X,))]


def test_an_exception_alone_is_never_given_a_name(expert):
    assert named(expert(one={X: RAISED}), {X: RAISED}) == []


def raised(*sizes):
    return CaseOutcome(False, (), "ValueError", f"shapes {sizes} do not fit")


def test_exceptions_that_tell_of_the_same_sizes_in_several_tests_are_likely_of_one_mistake(expert):
    wrong = {X: raised(3, 4), DW: raised(5, 2)}
    assert named(expert(one=wrong, other={X: raised(3, 4)}), wrong) == [("one", Confidence.LIKELY, (X, DW))]


@pytest.mark.parametrize(
    "student",
    [
        {X: raised(3, 4), DW: raised(3, 4)},
        {X: raised(3, 4), DW: raised(5, 3)},
        {X: raised(3), DW: raised(5)},
        {X: raised(3, 4), DW: CaseOutcome(False, (), "IndexError", raised(5, 2).text)},
    ],
    ids=["the-same-sizes-throughout", "another-size", "one-number-each", "another-exception"],
)
def test_exceptions_with_sizes_that_may_be_alike_by_chance_are_given_no_name(expert, student):
    one_number = {X: raised(3), DW: raised(5)}
    assert named(expert(one={X: raised(3, 4), DW: raised(5, 2)}, plain=one_number), student) == []


def test_a_mistake_that_would_fail_a_test_of_another_function_is_ruled_out(expert):
    assert named(expert(one={X: fail(2), DW: fail(3)}), {X: fail(2)}) == []


def test_several_mistakes_each_explain_a_part(expert):
    found = named(expert(one={X: fail(2)}, other={DW: fail(3)}), {X: fail(2), DW: fail(3)})
    assert found == [("one", Confidence.LIKELY, (X,)), ("other", Confidence.LIKELY, (DW,))]


def test_a_mistake_may_be_made_for_one_of_several_gradients_only(expert):
    one = {DW: fail(3), DB: fail(3)}
    assert named(expert(one=one), {DW: fail(3)}) == [("one", Confidence.LIKELY, (DW,))]


GRADIENTS = tuple(f"test_a.py::test_gradient[{name}]" for name in "abcde")


@pytest.mark.parametrize(("share", "names"), [(1, []), (2, ["scaled"])])
def test_a_mistake_that_would_show_in_most_other_places_too_is_another_one(expert, share, names):
    scaled = {test: fail(factor) for factor, test in enumerate(GRADIENTS, 2)}
    outcomes = {test: scaled[test] if place < share else PASS for place, test in enumerate(GRADIENTS)}
    found = expert(scaled=scaled).named(Seen(outcomes, (), frozenset()))
    assert [one.misconception.name for one in found] == names


@pytest.mark.parametrize(("alike", "names"), [((DW,), []), ((DW, DB), ["first"])])
def test_one_test_says_nothing_where_the_other_fails_in_another_way(expert, alike, names):
    first = {X: fail(2), DW: fail(3), DB: fail(4)}
    student = {X: fail(7)} | {test: first[test] for test in alike}
    assert [name for name, *_ in named(expert(first={test: first[test] for test in student}), student)] == names


def test_tests_that_say_nothing_by_themselves_do_not_speak_against_a_mistake(expert):
    one = {X: fail(2), SHAPE: fail(7)}
    assert named(expert(one=one), {X: fail(2)}) == [("one", Confidence.LIKELY, (X,))]
    assert named(expert(one=one), {X: fail(2)}, gates=()) == []


def test_what_no_test_can_tell_from_right_code_explains_nothing(monkeypatch):
    monkeypatch.setattr(matcher, "Replay", lambda *_arguments: None)
    known = [mistake("one"), mistake("other", equivalent="the same by symmetry")]
    assert [one.name for one in Diagnostician(ASSIGNMENT, "a", known).known] == ["one"]


def test_each_test_is_run_once_on_each_code_also_with_earlier_mistakes_around_it(expert):
    earlier = mistake("earlier")
    made = expert(one={X: fail(2)})
    for _ in range(2):
        named(made, {X: fail(2)}, background=(earlier,))
    assert len(made.runs) == len(set(made.runs))
    assert {files[0] for _, files in made.runs} == {earlier.file}


def test_the_one_with_the_fewest_doubts_is_taken_and_none_of_equals():
    one: Misconception = mistake("one")
    other: Misconception = mistake("other")
    assert fewest([one, other], {"one": 2, "other": 1}) is other
    assert fewest([one, other], {"one": None, "other": 3}) is other
    assert fewest([one, other], {"one": 1, "other": 1}) is None
    assert fewest([], {}) is None


def test_parameters_are_no_part_of_a_test_function():
    assert function_of(DW) == function_of(DB) == "test_a.py::test_gradient"
