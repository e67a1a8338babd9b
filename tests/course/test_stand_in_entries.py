"""What an assignment says can be replaced by stand-ins; what contradicts itself is refused with a remedy."""

from __future__ import annotations

import msgspec
import pytest

from autograder.course.assignment_settings import StandInSettings
from autograder.course.course import CourseError
from autograder.course.problem import Problem
from autograder.course.stand_in_entries import Axis, Lengths, Mismatch, StandInEntry, match_axes, read_entries

PROBLEMS = {
    name: Problem(name, 1.0, f"test_{name}", (name,), manual=name == "essay")
    for name in ("scale_forward", "scale_backward", "mean", "twice", "essay")
}
ENTRY = {
    "pair": ["scale_forward", "scale_backward"],
    "takes": {"x": "N D", "w": "D"},
    "gives": "N D",
    "used_by": ["twice"],
}
PLAIN = {"function": "mean", "takes": {"x": "N"}, "gives": "", "used_by": ["twice"]}


def read(*tables) -> tuple[StandInEntry, ...]:
    return read_entries(msgspec.convert(tables, list[StandInSettings]), PROBLEMS)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"pair": None}, "either pair or function must be given"),
        ({"function": "mean"}, "either pair or function must be given"),
        ({"takes": {}}, "takes: it must not be empty; for example"),
        ({"gives": []}, "gives: it must not be empty"),
        ({"used_by": []}, "used_by: it must not be empty"),
        ({"pair": ["scale_forward", "backwards"]}, "pair: no problem asks for backwards; asked for are scale_forward"),
        ({"pair": ["mean", "scale_backward"]}, "mean is declared twice: join"),
        ({"used_by": ["thrice"]}, "used_by: thrice is no problem with hidden tests; there are scale_forward"),
        ({"used_by": ["essay"]}, "used_by: essay is no problem with hidden tests"),
        ({"used_by": ["scale_backward"]}, "scale_backward cannot be built on scale_backward"),
        ({"gives": "N M"}, "gives: no argument has the axis M"),
        ({"gives": ["N D", "x"]}, "gives: no argument has the axis x"),
        ({"integers": ["y"]}, "integers: y is not in takes: there are x, w"),
        ({"takes": {"x": "N ...", "w": "D"}}, "the dots must come first"),
        ({"takes": {"x": "N*2", "w": "D"}}, r"in 'N\*2' N\*2 is no axis: write a name"),
    ],
)
def test_an_entry_that_is_declared_wrongly_is_refused_and_named(change, text):
    entry = {key: value for key, value in {**ENTRY, **change}.items() if value is not None}
    with pytest.raises(CourseError, match=text):
        read(PLAIN, entry)


def axes(*names):
    return tuple(Axis(1, name) for name in names)


def test_an_entry_has_the_axes_of_all_that_goes_in_and_comes_out():
    declared = {"takes": {"x": "... D", "w": "D"}, "gives": ["... D", "4D 3"], "integers": ["x"]}
    (entry,) = read({**ENTRY, **declared})
    assert entry.functions == ("scale_forward", "scale_backward")
    assert entry.takes == {"x": axes("...", "D"), "w": axes("D")}
    assert entry.gives == (axes("...", "D"), (Axis(4, "D"), Axis(3, "")))
    assert (entry.integers, entry.used_by, entry.sizes) == (frozenset({"x"}), ("twice",), frozenset())
    assert entry.output_shapes({"...": (5, 6), "D": (2,)}) == [(5, 6, 2), (8, 3)]


def test_a_function_alone_may_take_a_size_and_give_a_number():
    (entry,) = read({**PLAIN, "takes": {"x": "N", "k": ""}, "integers": ["k"], "gives": ["", "k"]})
    assert (entry.forward, entry.backward, entry.functions) == ("mean", None, ("mean",))
    assert entry.gives == ((), axes("k"))
    assert entry.sizes == {"k"}


@pytest.mark.parametrize(
    ("shape", "declared", "fits"),
    [
        ((2, 3), axes("N", "D"), True),
        ((2, 4), axes("N", "D"), False),
        ((2,), axes("N", "D"), False),
        ((9, 9, 3), axes("...", "D"), True),
        ((3,), axes("...", "D"), True),
        ((), axes("...", "D"), False),
        ((2, 12), (Axis(1, "N"), Axis(4, "D")), True),
        ((2, 13), (Axis(1, "N"), Axis(4, "D")), False),
        ((2, 3), (Axis(1, "N"), Axis(3, "")), True),
        ((2, 4), (Axis(1, "N"), Axis(3, "")), False),
        ((), (), True),
        ((1,), (), False),
    ],
)
def test_a_shape_fits_declared_axes_or_not(shape, declared, fits):
    lengths: Lengths = {"N": (2,), "D": (3,)}
    if fits:
        match_axes("x", shape, declared, lengths)
    else:
        with pytest.raises(Mismatch, match="x has shape"):
            match_axes("x", shape, declared, lengths)


def test_a_length_is_the_same_wherever_its_name_stands():
    lengths: Lengths = {}
    match_axes("x", (5, 2, 12), (*axes("..."), Axis(4, "H")), lengths)
    assert lengths == {"...": (5, 2), "H": (3,)}
    with pytest.raises(Mismatch, match=r"w has shape \(5, 3, 3\); \(..., H\) is asked"):
        match_axes("w", (5, 3, 3), axes("...", "H"), lengths)
