"""What is behind failed tests is named where it is known, written into the findings, and never in the way of marks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Verdict
from autograder.i18n.messages import Message
from autograder.testing.case import Case, Look
from autograder.testing.diagnosis import diagnose as module
from autograder.testing.diagnosis.diagnose import backgrounds, diagnose, merged, pattern_of, seen
from autograder.testing.diagnosis.matcher import Named
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.faults import CheckFailed, Comparison, StudentError, StudentTimeout
from autograder.testing.scoring import Finding

ASSIGNMENT: Any = SimpleNamespace(name="sums")
RIGHT = np.random.default_rng(2).normal(size=(3, 4))
CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY


def mistake(name: str) -> Any:
    return SimpleNamespace(name=name, title=f"It is {name}.", belief="A belief.", hint=f"Mind {name}.")


ONE, OTHER = mistake("one"), mistake("other")


def finding(test="t", values: np.ndarray | None = None, fault=None, verdict=Verdict.FAILED, **settings):
    """Return what a test found that compared an answer with the right values."""
    if fault is None and verdict is Verdict.FAILED:
        fault = CheckFailed("dx is off", **settings)
        fault.comparison = Comparison("dx", None, RIGHT, 1e-5)
    looks = [] if values is None else [Look("dx", values)]
    found = Finding(test, test, 1.0, gate=False, verdict=verdict, case=Case(fault=fault, looks=looks))
    found.misconception = settings.get("misconception")
    return found


@pytest.fixture
def known(monkeypatch):
    """Let a problem have two misconceptions; return the tests that the first explains, by the mistakes around it."""
    explained: dict[tuple[str, ...], list[str]] = {}

    def named(seen):
        tests = explained.get(tuple(one.name for one in seen.background))
        return [Named(ONE, CERTAIN, tuple(tests))] if tests else []

    expert = SimpleNamespace(named=named)
    monkeypatch.setattr(module, "misconceptions", lambda _assignment: {"add": [ONE, OTHER]})
    monkeypatch.setattr(module, "diagnostician", lambda _assignment, _problem: expert)
    return explained


def names(found):
    return [(one.kind, one.name, one.tests) for one in found]


def test_a_misconception_that_gives_the_same_values_is_named_with_its_hint(known):
    known[()] = ["a"]
    found = [finding("a", RIGHT + 1), finding("b", verdict=Verdict.PASSED)]
    assert names(diagnose(ASSIGNMENT, "add", found, {})) == [(Kind.MISCONCEPTION, "one", ["a"])]
    assert (found[0].misconception, found[0].confidence, str(found[0].hint)) == ("one", CERTAIN, "Mind one.")
    assert found[1].misconception is None


def test_what_it_does_not_explain_may_show_a_pattern(known):
    known[()] = ["a"]
    found = [finding("a", RIGHT), finding("b", -RIGHT)]
    assert names(diagnose(ASSIGNMENT, "add", found, {})) == [
        (Kind.MISCONCEPTION, "one", ["a"]),
        (Kind.PATTERN, "sign_flipped", ["b"]),
    ]
    assert (found[1].pattern, found[1].misconception) == ("sign_flipped", None)


def test_a_misconception_that_a_test_names_itself_is_certain(known):
    found = diagnose(ASSIGNMENT, "add", [finding("a", misconception="other")], {})
    assert names(found) == [(Kind.MISCONCEPTION, "other", ["a"])]
    assert [one.confidence for one in found] == [CERTAIN]


def test_what_is_only_likely_stays_so(known, monkeypatch):
    expert = SimpleNamespace(named=lambda _seen: [Named(ONE, LIKELY, ("a",))])
    monkeypatch.setattr(module, "diagnostician", lambda _assignment, _problem: expert)
    found = [finding("a", RIGHT + 1)]
    (one,) = diagnose(ASSIGNMENT, "add", found, {})
    assert (one.confidence, found[0].confidence) == (LIKELY, LIKELY)


def test_nothing_is_looked_for_where_all_that_was_seen_is_an_exception(known):
    known[()] = ["a"]
    assert diagnose(ASSIGNMENT, "add", [finding("a", fault=StudentError("ValueError", "", []))], {}) == []


def test_an_exception_that_tells_of_sizes_is_looked_for(known):
    known[()] = ["a"]
    fault = StudentError("ValueError", "shapes (3,4) and (3,) do not fit", [])
    assert names(diagnose(ASSIGNMENT, "add", [finding("a", fault=fault)], {})) == [
        (Kind.MISCONCEPTION, "one", ["a"]),
    ]


def worked(found):
    found.worked_example = True
    return found


def test_a_pattern_of_the_worked_example_alone_may_be_chance(known):
    found = [worked(finding("a", -RIGHT)), finding("b", RIGHT**2 - 3)]
    assert diagnose(ASSIGNMENT, "add", found, {}) == []


@pytest.mark.parametrize("others", [[], [finding("b", -RIGHT)]], ids=["nothing-else-failed", "others-show-it-too"])
def test_a_pattern_of_the_worked_example_is_named_where_no_other_test_speaks_against_it(known, others):
    (one,) = diagnose(ASSIGNMENT, "add", [worked(finding("a", -RIGHT)), *others], {})
    assert (one.name, one.tests) == ("sign_flipped", ["a", *(other.id for other in others)])


def test_where_all_passed_nothing_is_behind_it(known):
    assert diagnose(ASSIGNMENT, "add", [finding(verdict=Verdict.PASSED)], {}) == []


def test_a_fault_in_a_diagnosis_leaves_the_marks_and_is_logged(known, monkeypatch, caplog):
    monkeypatch.setattr(module, "by_replay", lambda *_arguments: 1 / 0)
    assert diagnose(ASSIGNMENT, "add", [finding("a", RIGHT + 1)], {}) == []
    assert "add: no diagnosis" in caplog.text


def earlier(confidence: Confidence) -> dict[str, ProblemResult]:
    one = Diagnosis(name="one", kind=Kind.MISCONCEPTION, confidence=confidence, title=Message(""))
    return {"add": ProblemResult(id="add", score=0, max_score=1, tests=[], diagnoses=[one])}


def test_an_earlier_mistake_may_stand_around_the_code_if_it_is_certain(known):
    assert backgrounds(ASSIGNMENT, earlier(CERTAIN)) == [(), (ONE,)]
    assert backgrounds(ASSIGNMENT, earlier(LIKELY)) == [()]


def test_the_first_background_in_which_something_fits_is_taken(known):
    def first():
        found = [finding("a", RIGHT + 1), finding("b", RIGHT + 1)]
        return names(diagnose(ASSIGNMENT, "add", found, earlier(CERTAIN)))[0]

    known["one",] = ["b"]
    assert first() == (Kind.MISCONCEPTION, "one", ["b"])
    known[()] = ["a"]
    assert first() == (Kind.MISCONCEPTION, "one", ["a"])


def test_a_test_that_ended_for_time_saw_nothing():
    assert seen(finding(fault=StudentTimeout(5))) is None
    assert seen(finding(verdict=Verdict.NOT_RUN)) is None
    assert seen(finding(verdict=Verdict.PASSED)) == CaseOutcome(True, ())
    assert seen(finding(fault=StudentError("KeyError", "h", []))) == CaseOutcome(False, (), "KeyError", "h")


def test_only_the_value_that_a_test_failed_on_has_a_pattern():
    assert pattern_of(finding(values=-RIGHT)).name == "sign_flipped"
    before = finding(values=-RIGHT)
    before.case.looks.append(Look("dw", -RIGHT))
    assert pattern_of(before) is None
    assert pattern_of(finding()) is None


def test_a_test_may_name_a_pattern_itself():
    found = pattern_of(finding(pattern="late", hint="Look at t."))
    assert (found.name, str(found.title), str(found.hint)) == ("late", "dx is off", "Look at t.")


def test_zeros_are_what_is_left_of_values_below_one_where_another_test_shows_lost_fractions(known):
    zeros, cut = finding("a", np.zeros((3, 4))), finding("b", np.trunc(RIGHT))
    assert {one.name for one in diagnose(ASSIGNMENT, "add", [zeros], {})} == {"zeros"}
    assert {one.name for one in diagnose(ASSIGNMENT, "add", [zeros, cut], {})} == {"truncated"}


def test_the_same_text_is_said_once_by_the_surer_one_with_all_its_tests():
    made = [
        Diagnosis(name=name, kind=Kind.PATTERN, confidence=confidence, title=Message("All zero."), tests=tests)
        for name, confidence, tests in (("a", LIKELY, ["x", "y"]), ("b", CERTAIN, ["y", "z"]))
    ]
    (found,) = merged(made)
    assert (found.name, found.confidence, found.tests) == ("b", CERTAIN, ["x", "y", "z"])
    assert (
        len(merged([made[0], Diagnosis(name="c", kind=Kind.PATTERN, confidence=LIKELY, title=Message("Other."))])) == 2
    )
