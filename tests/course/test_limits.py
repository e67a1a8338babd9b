"""The limits that follow from others."""

from __future__ import annotations

from autograder.course.limits import Limits


def test_cells_and_reruns_leave_part_of_the_budget_to_tests():
    limits = Limits(budget=100.0)
    assert (limits.cells, limits.reruns) == (50, 20)


def test_code_that_was_stopped_before_gets_less_time_and_definitions_get_more():
    limits = Limits(test=5.0)
    assert (limits.again, limits.defining) == (1, 10)


def test_the_clock_is_never_stricter_than_the_limit_itself():
    limits = Limits(wall_factor=3.0, wall_extra=5.0)
    assert (limits.wall(0), limits.wall(2)) == (5, 11)
    assert all(Limits().wall(seconds) > seconds for seconds in (0.1, 1, 1000))
