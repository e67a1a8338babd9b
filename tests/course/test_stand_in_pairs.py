"""The pairs of functions that an assignment says can be replaced by stand-ins."""

from __future__ import annotations

import pytest

from autograder.course.course import CourseError
from autograder.course.problem import Problem
from autograder.course.stand_in_pairs import read_pairs

PROBLEMS = {
    name: Problem(name, 1.0, f"test_{name}", (name,), manual=False)
    for name in ("scale_forward", "scale_backward", "twice")
}
ENTRY = {
    "pair": ["scale_forward", "scale_backward"],
    "takes": {"x": "N D", "w": "D"},
    "gives": "N D",
    "used_by": ["twice"],
}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"pair": ["scale_forward"]}, "two functions"),
        ({"takes": {}}, "takes must be given"),
        ({"pair": ["scale_forward", "backwards"]}, "no problem asks for backwards"),
        ({"used_by": ["thrice"]}, "used_by names thrice"),
        ({"used_by": ["scale_backward"]}, "scale_backward cannot be built on scale_backward"),
        ({"gives": "N M"}, "the axis M, which no argument has"),
        ({"integers": ["y"]}, "integers names y"),
        ({"takes": {"x": "N ...", "w": "D"}}, "the dots must come first"),
    ],
)
def test_a_pair_that_is_declared_wrongly_is_refused_and_named(change, text):
    with pytest.raises(CourseError, match=text):
        read_pairs([{**ENTRY, **change}], PROBLEMS)


def test_a_pair_has_the_axes_of_all_that_goes_in_and_comes_out():
    (pair,) = read_pairs([{**ENTRY, "takes": {"x": "... D", "w": "D"}, "gives": "... D", "integers": ["x"]}], PROBLEMS)
    assert pair.functions == ("scale_forward", "scale_backward")
    assert pair.takes == {"x": ("...", "D"), "w": ("D",)}
    assert (pair.gives, pair.integers, pair.used_by) == (("...", "D"), frozenset({"x"}), ("twice",))
