"""What each assignment of this repository declares of stand-ins is so, and its solution passes with them."""

from __future__ import annotations

import functools

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import ASSIGNMENTS, KIT_ROOT
from autograder.kernel.stand_in import Own
from autograder.verification.fairness import stood_in
from autograder.verification.trials import Task, Trial, results_of, states_of
from tests.support.sampling import one_of_each

NAMES = sorted(file.parent.name for file in ASSIGNMENTS.glob("*/assignment.toml"))


@functools.cache
def loaded(name: str) -> Assignment:
    return Assignment(Course(KIT_ROOT), name)


STATES = [(name, state) for name in NAMES for state in states_of(loaded(name))]


@pytest.mark.parametrize("name", NAMES)
def test_its_settings_name_what_is_in_its_notebook_and_in_its_solution(name):
    loaded(name).check_settings()
    assert vars(loaded(name).reference)


@pytest.mark.parametrize(
    ("name", "state"), one_of_each(STATES, lambda one: (one[0], one[1].problem)), ids=lambda one: str(one)[:60]
)
def test_its_solution_passes_where_right_functions_stand_in_for_earlier_ones(name, state):
    results = results_of(loaded(name), Task("", (state.problem,), stood_in=state))
    assert stood_in([Trial(state, results)]).faults == ()


def test_a_problem_is_tried_with_its_earlier_functions_wrong_right_and_not_called():
    said = {(state.forward, state.backward) for _, state in STATES}
    assert said == {(Own.WRONG, Own.WRONG), (Own.RIGHT, Own.WRONG), (Own.UNUSABLE, Own.UNUSABLE)}
