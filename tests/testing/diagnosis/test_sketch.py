"""Of wrong answers as much is kept as tells whether others are the same: rounding alone does not count."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.testing.case import Look
from autograder.testing.diagnosis.replay import CaseOutcome
from autograder.testing.diagnosis.similarity import Likeness, likeness
from autograder.testing.diagnosis.sketch import answer_sketch, fits, kept_looks, same_answer, sketch_of
from autograder.testing.faults import CheckFailed, Comparison

VALUES = np.random.default_rng(1).normal(size=(3, 4, 5))
RIGHT = CaseOutcome(True, (Look("dh", VALUES),))
WRONG = CaseOutcome(False, (Look("dh", 2 * VALUES),))


def kept(values, name="dh"):
    return answer_sketch(Look(name, values))


def with_one(value, place=(1, 2, 3)):
    values = VALUES.copy()
    values[place] = value
    return values


@pytest.mark.parametrize("factor", [1.0, 1e-200, 1e200])
def test_values_that_differ_by_rounding_are_the_same(factor):
    noise = 1 + 1e-12 * np.random.default_rng(2).normal(size=VALUES.shape)
    assert same_answer(kept(factor * VALUES), kept(factor * VALUES * noise))
    assert same_answer(kept(VALUES), kept(VALUES.astype(np.float32)))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(2 * VALUES, id="twice"),
        pytest.param(-VALUES, id="sign"),
        pytest.param(VALUES[::-1], id="order"),
        pytest.param(with_one(VALUES[1, 2, 3] + 0.01), id="one element"),
        pytest.param(VALUES.reshape(5, 4, 3), id="shape"),
        pytest.param(with_one(np.nan), id="NaN"),
        pytest.param(None, id="nothing"),
    ],
)
def test_values_that_differ_by_more_are_not(other):
    assert not same_answer(kept(VALUES), kept(other))


def test_what_is_no_finite_number_is_told_apart_by_what_it_is_and_where():
    odd = [with_one(np.nan), with_one(np.inf), with_one(-np.inf), with_one(np.nan, (0, 0, 0))]
    assert [[same_answer(kept(one), kept(other)) for one in odd] for other in odd] == np.eye(4, dtype=bool).tolist()


def test_the_same_values_under_another_name_are_another_answer():
    assert not same_answer(kept(VALUES), kept(VALUES, "dx"))


def test_nothing_and_what_is_empty_are_kept_as_well():
    assert same_answer(kept(None), kept(None))
    assert kept(None).shape is None
    assert same_answer(kept(np.zeros((0, 3))), kept(np.zeros((0, 3))))


def test_texts_have_a_shape_and_no_sums():
    assert (kept(np.array(["a"])).shape, kept(np.array(["a"])).sums) == ([1], [])
    assert not fits(kept(np.array(["a"])), np.array([1.0]), 1.0)


def test_the_place_that_is_furthest_off_is_kept_with_what_was_returned_there():
    fault = CheckFailed("off")
    fault.comparison = Comparison("dh", None, VALUES, 1e-5)
    sketch = sketch_of(CaseOutcome(False, (Look("output", VALUES), Look("dh", with_one(7.0)))), fault)
    assert [(one.name, one.place, one.value) for one in sketch.answers] == [
        ("output", None, None),
        ("dh", [1, 2, 3], 7.0),
    ]


def test_a_place_that_is_no_number_has_no_value():
    fault = CheckFailed("off")
    fault.comparison = Comparison("dh", None, VALUES, 1e-5)
    (answer,) = sketch_of(CaseOutcome(False, (Look("dh", with_one(np.nan)),)), fault).answers
    assert (answer.place, answer.value) == ([1, 2, 3], None)


def test_no_right_value_and_no_value_but_one_can_be_read_off_a_sketch():
    """What is kept does not grow with the answer."""
    large = answer_sketch(Look("dh", np.ones((40, 50))))
    assert len(large.sums) == len(kept(VALUES).sums) == 4


def test_a_sketch_is_like_a_mistake_as_the_values_would_be():
    def like(values):
        return likeness(
            CaseOutcome(False, kept_looks(sketch_of(CaseOutcome(False, (Look("dh", values),)), None))), WRONG, RIGHT
        )

    assert like(2 * VALUES * (1 + 1e-12)) is Likeness.CLEAR
    assert like(2 * VALUES + 0.01) is Likeness.NONE
    assert like(None) is Likeness.NONE
    assert like(VALUES.T) is Likeness.NONE
