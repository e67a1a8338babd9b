"""Reads from an assignment's settings which functions stand-ins can replace, and which problems are built on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.course.course import CourseError
from autograder.course.problem import Problem

# Stands for any number of axes.
ANY = "..."


@dataclass(frozen=True)
class StandInPair:
    """A forward function, whose last value is a cache, and the backward function that takes it as its last argument.

    Attributes:
        forward: The name of the one.
        backward: The name of the other.
        takes: The axes of each of the forward function's arguments, by name and in order.
        integers: Which of these hold integers; the others hold numbers of any kind.
        gives: The axes of the forward function's output, and so of the backward function's first argument.
        used_by: The problems that are built on the pair.
    """

    forward: str
    backward: str
    takes: Mapping[str, tuple[str, ...]]
    integers: frozenset[str]
    gives: tuple[str, ...]
    used_by: tuple[str, ...]

    @property
    def functions(self) -> tuple[str, str]:
        """Both names."""
        return self.forward, self.backward


def read_pairs(entries: Sequence[Mapping[str, Any]], problems: Mapping[str, Problem]) -> tuple[StandInPair, ...]:
    """Return the pairs that ``[[stand_ins]]`` in assignment.toml declare.

    Args:
        entries: The tables, as ``tomllib`` reads them.
        problems: The assignment's, in the notebook's order.

    Raises:
        CourseError: An entry lacks something, or names what there is not.
    """
    pairs = tuple(_pair(entry) for entry in entries)
    order = list(problems)
    written_in = {function: name for name, problem in problems.items() for function in problem.functions}
    for pair in pairs:
        for function in pair.functions:
            if function not in written_in:
                raise CourseError(f"[[stand_ins]] of {pair.forward}: no problem asks for {function}")
        for name in pair.used_by:
            if name not in problems:
                raise CourseError(f"[[stand_ins]] of {pair.forward}: used_by names {name}, which is no problem")
            late = [one for one in pair.functions if order.index(written_in[one]) >= order.index(name)]
            if late:
                raise CourseError(
                    f"[[stand_ins]] of {pair.forward}: {name} cannot be built on {late[0]}, which does not come before "
                    "it in the notebook: take it out of used_by"
                )
    return pairs


def _pair(entry: Mapping[str, Any]) -> StandInPair:
    lacking = [key for key in ("pair", "takes", "gives", "used_by") if not entry.get(key)]
    if lacking or len(entry["pair"]) != 2:
        raise CourseError(
            f"[[stand_ins]] {entry.get('pair', '')}: {', '.join(lacking) or 'two functions'} must be given"
        )
    forward, backward = entry["pair"]
    takes = {name: _axes(forward, axes) for name, axes in entry["takes"].items()}
    gives, integers = _axes(forward, entry["gives"]), frozenset(entry.get("integers", ()))
    if strange := sorted(integers - set(takes)):
        raise CourseError(f"[[stand_ins]] of {forward}: integers names {strange[0]}, which is not in takes")
    if unknown := sorted(set(gives).difference(*takes.values())):
        raise CourseError(f"[[stand_ins]] of {forward}: gives has the axis {unknown[0]}, which no argument has")
    return StandInPair(forward, backward, takes, integers, gives, tuple(entry["used_by"]))


def _axes(forward: str, text: str) -> tuple[str, ...]:
    axes = tuple(text.split())
    if ANY in axes[1:]:
        raise CourseError(f"[[stand_ins]] of {forward}: in {text!r} the dots must come first")
    return axes
