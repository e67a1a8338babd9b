"""Simulated classes whose hints do what is known: does the report give it back, and is it silent where it should be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from autograder.course.results import Kind
from autograder.reports.hints.effects import (
    WORTH,
    Effect,
    Hint,
    HintFinding,
    Retries,
    Retry,
    Without,
    enough,
    hint_effects,
    least_of_each,
)
from autograder.reports.shares import share_difference
from tests.support.sampling import thorough

SEEDS = 200
PROBLEM = "rnn_step_forward"
# Of those without a hint, who fix their problem, at attempts 1, 2 and 3.
FIXED = (0.55, 0.35, 0.2)


def hints(*names: str) -> dict[tuple[str, str], Hint]:
    return {
        (PROBLEM, name): Hint(PROBLEM, name, Kind.MISCONCEPTION, f"What {name} does.", "Look at it.") for name in names
    }


def students(chance: np.random.Generator, size: int, effect: float, mistake: str = "one") -> Iterator[Retry]:
    """Yield what students do after a mistake; who is at a later attempt has had the hint more often, and fixes less."""
    attempts = chance.choice([1, 2, 3], size, p=[0.5, 0.3, 0.2])
    with_it = chance.random(size) < np.array([0.3, 0.6, 0.8])[attempts - 1]
    fixed = chance.random(size) < np.array(FIXED)[attempts - 1] + effect * with_it
    reasons = chance.choice(len(Without), size)
    for student in range(size):
        without = None if with_it[student] else [*Without][reasons[student]]
        yield Retry(f"{mistake} {student}", PROBLEM, mistake, int(attempts[student]), bool(fixed[student]), without)


def of_one(*retries: Retry) -> Effect:
    (one,) = hint_effects(Retries(retries, hints("one")))
    return one


def held(size: int, effect: float, of: Callable[[list[Retry]], bool]) -> float:
    """Return in what share of simulated classes something holds."""
    return float(np.mean([of([*students(np.random.default_rng(seed), size, effect)]) for seed in range(SEEDS)]))


@pytest.mark.parametrize("size", [pytest.param(90, marks=thorough), 300])
@pytest.mark.parametrize("effect", [pytest.param(-0.15, marks=thorough), 0.0, 0.2, pytest.param(0.4, marks=thorough)])
def test_the_interval_holds_the_true_effect_in_95_of_100_classes(size, effect):
    def holds(retries: list[Retry]) -> bool:
        found = of_one(*retries).difference
        assert found is not None
        return found.low <= effect <= found.high

    # 200 classes: of 95 %, the standard error is 1.5.
    assert held(size, effect, holds) >= 0.92


def test_without_regard_to_the_attempts_the_same_classes_would_be_wrong():
    def holds(retries: list[Retry]) -> bool:
        found = of_one(*(Retry(one.student, PROBLEM, "one", 1, one.fixed, one.without) for one in retries)).difference
        assert found is not None
        return found.low <= 0.2 <= found.high

    assert held(300, 0.2, holds) < 0.75


def test_a_hint_that_works_is_found_and_one_that_does_harm_too():
    assert held(300, 0.35, lambda retries: of_one(*retries).finding is HintFinding.MORE) >= 0.9
    assert held(300, -0.2, lambda retries: of_one(*retries).finding is HintFinding.LESS) >= 0.6


def test_of_eight_hints_that_do_nothing_one_is_said_to_do_something_in_5_of_100_classes_at_most():
    names = [f"mistake {index}" for index in range(8)]
    false = 0
    for seed in range(SEEDS):
        chance = np.random.default_rng(seed)
        retries = [one for name in names for one in students(chance, 90, 0.0, name)]
        found = hint_effects(Retries(retries, hints(*names)))
        assert any(one.finding for one in found)
        false += any(one.finding in {HintFinding.MORE, HintFinding.LESS} for one in found)
    assert false <= 0.05 * SEEDS + 2 * np.sqrt(0.05 * 0.95 * SEEDS)


def test_a_small_class_is_said_to_be_too_small_whatever_its_students_did():
    for effect in (0.0, 0.45):
        small = [*students(np.random.default_rng(1), 30, effect)]
        one = of_one(*small)
        assert (one.refused, one.finding, one.difference) == ("too few to tell", None, None)
        assert one.with_it is not None
    # All of one group fixed it and none of the other: still nothing is claimed of so few.
    few = [Retry(index, PROBLEM, "one", 1, index < 8, None if index < 8 else Without.SETTING) for index in range(16)]
    assert of_one(*few).finding is None


def test_too_few_are_those_of_whom_a_good_hint_could_not_be_told_from_one_that_does_nothing():
    assert least_of_each() == 22
    for count in range(5, 60):
        group = of_one(
            *(Retry(index, PROBLEM, "one", 1, index % 4 < 2, Without.EDITION if index % 2 else None)
              for index in range(4 * count))
        )  # fmt: skip
        assert group.with_it is not None
        assert group.without is not None
        reach = share_difference(group.without.share, group.with_it.share)
        # Newcombe's interval is a little narrower than the rule's.
        assert not (enough(2 * count, 2 * count) and reach.high >= WORTH)


def test_hints_together_tell_more_than_each_alone_and_take_each_student_once():
    names = [f"mistake {index}" for index in range(12)]
    covered = []
    for seed in range(SEEDS):
        chance = np.random.default_rng(seed)
        retries = [one for index, name in enumerate(names) for one in students(chance, 15, 0.2, name)]
        # Each student has made two of the mistakes, and does the same after both.
        again = [Retry(one.student, PROBLEM, names[0], one.attempt, one.fixed, one.without) for one in retries]
        first, *others = hint_effects(Retries([*retries, *again], hints(*names)))
        assert first.hint is None
        assert first.with_it is not None
        assert first.without is not None
        assert first.difference is not None
        assert first.with_it.count + first.without.count + first.elsewhere == 12 * 15
        assert not any(one.finding for one in others[1:])
        covered.append(first.difference.low <= 0.2 <= first.difference.high)
    assert np.mean(covered) >= 0.92


def test_a_student_counts_once_for_a_hint():
    retries = [Retry("ada", PROBLEM, "one", number, fixed=False) for number in (3, 1, 2)]
    ben = Retry("ben", PROBLEM, "one", 1, True, Without.SETTING)
    one = of_one(*retries, ben)
    assert (one.with_it.count, one.without.count, one.elsewhere) == (1, 1, 0)
    assert (one.with_it.fixed, one.without.fixed) == (0, 1)


def test_it_says_why_nothing_can_be_compared():
    with_it, without = Retry("ada", PROBLEM, "one", 1, True), Retry("ben", PROBLEM, "one", 2, True, Without.SETTING)
    assert of_one().refused == "nobody has opened feedback on it and handed in again"
    assert of_one(with_it).refused == "all 1 had the hint"
    assert of_one(without).refused == "none of 1 had the hint"
    both = of_one(with_it, without)
    assert both.refused == "those with it and those without were at other attempt numbers"
    assert (both.with_it, both.elsewhere) == (None, 2)


def test_why_those_without_a_hint_had_none_is_counted():
    names = [None, Without.SETTING, Without.EDITION, Without.EDITION]
    one = of_one(*(Retry(index, PROBLEM, "one", 1, True, why) for index, why in enumerate(names)))
    assert one.reasons == {Without.SETTING: 1, Without.EDITION: 2}
