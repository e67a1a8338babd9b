"""Differences of shares: against published examples, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.reports.item_analysis import LEAST
from autograder.reports.shares import LEVEL, holm, mean_share, share_difference, wilson


def shares(values):
    found = mean_share(values)
    assert found is not None
    return found


def binary(ones, count):
    return shares([1.0] * ones + [0.0] * (count - ones))


# Newcombe's Table II, method 10; the first of each is the later here.
@pytest.mark.parametrize(
    ("later", "earlier", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_shares_of_0_and_1_have_newcombes_interval(later, earlier, low, high):
    found = share_difference(binary(*earlier), binary(*later))
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_wilsons_interval_is_his():
    assert [*wilson(binary(81, 263), 1.959964)] == pytest.approx([0.2553, 0.3662], abs=5e-5)


def test_the_p_value_is_that_of_the_interval_that_ends_at_0():
    found = share_difference(binary(48, 80), binary(56, 70))
    assert found.chance < 0.05
    assert share_difference(binary(30, 60), binary(39, 60)).chance == pytest.approx(0.0958, abs=5e-3)
    assert share_difference(binary(10, 20), binary(10, 20)).chance == pytest.approx(1.0)
    # An interval excludes 0 where its p-value is below 0.05, and nowhere else.
    for ones in range(61):
        one = share_difference(binary(30, 60), binary(ones, 60))
        assert (one.low > 0 or one.high < 0) == (one.chance < 0.05)


def test_shares_that_vary_less_say_more_and_never_less_than_ones_of_0_and_1():
    assert mean_share([]) is None
    assert shares([0.0, 1.0, 1.0]).effective == pytest.approx(3)
    assert shares([1.0] * 30).effective == pytest.approx(30)
    chance = np.random.default_rng(3)
    for _ in range(50):
        one, other = chance.uniform(0.3, 3, 2)
        assert shares(chance.beta(one, other, 40)).effective >= 40


def test_holms_p_values_are_those_of_his_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def bernoulli(share):
    return share, lambda chance, size: (chance.random(size) < share).astype(float)


def partly(full):
    """Full points for a share of the class, and anything for the others."""
    return full + (1 - full) / 2, lambda chance, size: np.where(chance.random(size) < full, 1.0, chance.random(size))


def steps(chance, size):
    """All points of 12, none, or some."""
    kind, some = chance.random(size), np.round(chance.random(size) * 12) / 12
    return np.where(kind < 0.6, 1.0, np.where(kind < 0.75, 0.0, some))


KINDS = {
    "most pass": bernoulli(0.95),
    "half pass": bernoulli(0.5),
    "most have all points": partly(0.85),
    "next to all have all points": partly(0.95),
    "all, none or some": (0.6 + 0.25 / 2, steps),
    "totals": (0.8, lambda chance, size: chance.beta(8, 2, size)),
    "all alike": (0.8, lambda _, size: np.full(size, 0.8)),
}


@pytest.mark.parametrize("earlier", KINDS)
@pytest.mark.parametrize("later", KINDS)
def test_the_interval_holds_the_truth_in_95_of_100_classes(earlier, later):
    (mean_1, draw_1), (mean_2, draw_2) = KINDS[earlier], KINDS[later]
    chance, truth, tries = np.random.default_rng(20260301), mean_2 - mean_1, 400
    held = 0
    for _ in range(tries):
        found = share_difference(shares(draw_1(chance, LEAST)), shares(draw_2(chance, 120)))
        held += found.low - 1e-9 <= truth <= found.high + 1e-9
    # Of 400 classes 95 % are 380; two standard errors less are 371.
    assert held >= 371


def test_where_nothing_changed_next_to_no_family_has_a_difference_that_counts():
    chance, alarms = np.random.default_rng(7), 0
    for _ in range(100):
        family = [
            share_difference(shares(draw(chance, 60)), shares(draw(chance, 80))) for _, draw in [*KINDS.values()] * 3
        ]
        alarms += min(holm([one.chance for one in family])) < LEVEL
    assert alarms <= 5
