"""What is said of wrong values that no known mistake gives: only what holds, and only what cannot hold by chance."""

import numpy as np
import pytest

from autograder.testing.diagnosis.patterns import pattern

RIGHT = np.random.default_rng(5).normal(size=(3, 4, 5))
MATRIX = RIGHT[0]
SQUARE = RIGHT[:, :3, 0]
OTHER = np.random.default_rng(7).normal(size=(3, 2))
GIVEN = np.random.default_rng(6).normal(size=(3, 4, 5))


def broken(right, place, axis=1):
    values = right.copy()
    np.moveaxis(values, axis, 0)[place] += 1
    return values


def only(right, place, axis=1):
    values = right + 1
    np.moveaxis(values, axis, 0)[place] = np.moveaxis(right, axis, 0)[place]
    return values + np.where(values == right, 0, np.abs(right))


CASES = {
    "zeros": (np.zeros_like(RIGHT), RIGHT),
    "not_finite": (RIGHT * np.nan, RIGHT),
    "sign_flipped": (-RIGHT, RIGHT),
    "scaled": (RIGHT / 3, RIGHT),
    "offset": (MATRIX + 1, MATRIX),
    "transposed": (SQUARE.T, SQUARE),
    "reshaped": (RIGHT.reshape(12, 5), RIGHT),
    "not_summed": (RIGHT, RIGHT.sum(axis=1)),
    "summed": (RIGHT.sum(axis=2), RIGHT),
    "one_part": (RIGHT[:, -1], RIGHT),
    "reversed": (RIGHT[:, ::-1], RIGHT),
    "shifted": (np.roll(RIGHT, 1, axis=1), RIGHT),
    "all_but_first": (broken(RIGHT, 0), RIGHT),
    "all_but_last": (broken(RIGHT, -1), RIGHT),
    "first_alone": (only(RIGHT, 0), RIGHT),
    "last_alone": (only(RIGHT, -1), RIGHT),
    "in_other_places": (RIGHT.reshape(4, 3, 5).transpose(1, 0, 2), RIGHT),
    "truncated": ((RIGHT * 4).astype(int), RIGHT * 4),
    "input_echoed": (GIVEN, RIGHT),
    "input_added": (RIGHT + GIVEN, RIGHT),
    "input_subtracted": (RIGHT - GIVEN, RIGHT),
    "input_multiplied": (RIGHT * GIVEN, RIGHT),
    "vector_added": (MATRIX + GIVEN[0, 0], MATRIX),
    "function_applied": (np.tanh(RIGHT), RIGHT),
    "clipped": (np.clip(RIGHT, -0.5, 0.5), RIGHT),
    "scaled_by_place": (RIGHT * np.arange(1, 5)[:, None], RIGHT),
    "accumulated": (np.cumsum(RIGHT[:, ::-1], axis=1)[:, ::-1], RIGHT),
    "misplaced": (RIGHT[:, [1, 0, 3, 2]], RIGHT),
    "repeated": (np.repeat(RIGHT[:, -1:], 4, axis=1), RIGHT),
    "right_at_first": (np.where(np.arange(4)[:, None] < 2, RIGHT, RIGHT**2 - 3), RIGHT),
    "right_at_last": (np.where(np.arange(4)[:, None] < 2, RIGHT**2 - 3, RIGHT), RIGHT),
    "first_row_alone": (np.where(np.arange(4)[:, None] < 1, MATRIX, MATRIX**2 - 3), MATRIX),
    "left_zero": (np.where(MATRIX > 0, MATRIX, 0) * (MATRIX < 1), MATRIX),
    "wrong_length": (np.concatenate([GIVEN[:, :1], RIGHT], axis=1), RIGHT),
    "summed_and_repeated": (np.repeat(RIGHT.mean(axis=1, keepdims=True), 4, axis=1), RIGHT),
    "few_digits": (RIGHT.astype(np.float16), RIGHT),
    "another_result": (OTHER.T * 2, MATRIX),
}


@pytest.mark.parametrize(("values", "right"), CASES.values(), ids=CASES)
def test_a_pattern_is_named(values, right, request):
    found = pattern(values, right, [GIVEN], 1e-5, {"dWh": OTHER})
    assert found is not None
    assert found.name == request.node.callspec.id


@pytest.mark.parametrize(
    ("factor", "text"),
    [(4, "times 4."), (0.25, "divided by 4."), (-2, "times -2."), (1.7, "times a constant."), (4000, "a constant.")],
)
def test_a_factor_that_could_be_the_length_of_an_axis_is_told(factor, text):
    found = pattern(factor * RIGHT, RIGHT, [], 1e-5)
    assert found.name == "scaled"
    assert str(found.title).endswith(text)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"zeros", "not_finite"}))
def test_nothing_is_said_of_a_few_numbers_that_may_be_alike_by_chance(name):
    values, right = CASES[name]
    assert pattern(np.sign(values), np.sign(right), [np.sign(GIVEN)], 1e-5) is None


def test_a_sum_of_everything_is_known_though_it_is_one_number():
    assert pattern(np.array(MATRIX.sum()), MATRIX, [], 1e-5).name == "summed"


def test_sums_that_come_to_nothing_are_not_taken_for_a_pattern():
    right = MATRIX - MATRIX.mean(axis=1, keepdims=True)
    assert pattern(100 * GIVEN[0], right, [], 1e-5) is None


def test_a_result_is_said_to_belong_to_another_by_its_name():
    assert (
        str(pattern(SQUARE, MATRIX, [], 1e-5, {"dx": MATRIX, "dWh": SQUARE}).title)
        == "What is returned here belongs to dWh."
    )


def test_a_result_that_is_turned_round_belongs_to_no_other():
    found = pattern(MATRIX.T, MATRIX, [GIVEN], 1e-5, {"dWx": MATRIX, "dWh": OTHER})
    assert found is not None
    assert found.name == "transposed"


def test_nothing_is_said_of_one_number():
    assert pattern(np.array(4.0), np.array(2.0), [], 1e-5) is None


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_said_of_values_that_are_wrong_in_another_way(seed):
    values = np.random.default_rng(seed).normal(size=RIGHT.shape)
    assert pattern(values, RIGHT, [GIVEN], 1e-5) is None
    assert pattern(RIGHT + 0.1 * values, RIGHT, [GIVEN], 1e-5) is None


@pytest.mark.parametrize("values", [np.array([]), np.array(["a"]), np.zeros((0, 3))], ids=["none", "text", "empty"])
def test_what_is_no_array_of_numbers_has_no_pattern(values):
    assert pattern(values, RIGHT, [], 1e-5) is None


def test_a_row_that_happens_to_be_wrong_is_not_taken_for_a_step():
    assert pattern(broken(MATRIX, 0, axis=0), MATRIX, [], 1e-5) is None
