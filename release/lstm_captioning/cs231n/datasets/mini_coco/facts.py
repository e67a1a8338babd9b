"""What can be true of a picture: pure geometry, used both to write captions and to judge them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from .scene import Scene, Thing

Axis = Callable[[Thing], float]

_EDGE = 0.35
"""A thing is at an edge if its centre lies within this share of the side from it."""

_CENTRE = 0.15
_GAP = 0.15
"""Least distance between the centres, along its direction, of things that are above, below, left or right."""


def matching(
    scene: Scene, shape: str | None = None, colour: str | None = None, size: str | None = None
) -> tuple[Thing, ...]:
    """Return the things that have the given properties; ``None`` leaves a property open."""
    return tuple(
        thing
        for thing in scene.things
        if shape in (None, thing.shape) and colour in (None, thing.colour) and size in (None, thing.size)
    )


def is_at(things: Sequence[Thing], place: str) -> bool:
    """Tell whether all things are at ``place`` (a value of ``lexicon.PLACES``)."""
    if place == "middle":
        return all(abs(thing.x - 0.5) < _CENTRE and abs(thing.y - 0.5) < _CENTRE for thing in things)
    tests = {
        "top": lambda thing: thing.y < _EDGE,
        "bottom": lambda thing: thing.y > 1 - _EDGE,
        "left": lambda thing: thing.x < _EDGE,
        "right": lambda thing: thing.x > 1 - _EDGE,
    }
    return all(tests[word](thing) for thing in things for word in place.split())


def lie_in(things: Sequence[Thing], line: str) -> bool:
    """Tell whether two or more things lie in a ``row`` or a ``column``."""
    widths = [thing.x for thing in things]
    heights = [thing.y for thing in things]
    wide, high = max(widths) - min(widths), max(heights) - min(heights)
    along, across = (wide, high) if line == "row" else (high, wide)
    return len(things) > 1 and along > 2 * across


def are_related(first: Sequence[Thing], relation: str, second: Sequence[Thing]) -> bool:
    """Tell whether ``first`` lies to ``second`` as ``relation`` (a value of ``lexicon.RELATIONS``) says."""
    if relation == "beside":
        return are_related(first, "left of", second) or are_related(first, "right of", second)
    if relation in ("below", "right of", "around"):
        return are_related(second, {"below": "above", "right of": "left of", "around": "inside"}[relation], first)
    if relation == "inside":
        return all(_is_inside(inner, outer) for inner in first for outer in second)
    right, down = (_clearance(first, second, axis) for axis in (_x, _y))
    towards_right, down_by = (_mean(second, axis) - _mean(first, axis) for axis in (_x, _y))
    if relation == "left of":
        return right > _GAP and towards_right > abs(down_by)
    return down > _GAP and down_by > abs(towards_right)


def _x(thing: Thing) -> float:
    return thing.x


def _y(thing: Thing) -> float:
    return thing.y


def _clearance(first: Sequence[Thing], second: Sequence[Thing], axis: Axis) -> float:
    """Return how far the nearest of ``second`` lies beyond the nearest of ``first`` along ``axis``."""
    return min(axis(thing) for thing in second) - max(axis(thing) for thing in first)


def _mean(things: Sequence[Thing], axis: Axis) -> float:
    return sum(axis(thing) for thing in things) / len(things)


def _is_inside(inner: Thing, outer: Thing) -> bool:
    distance = math.hypot(inner.x - outer.x, inner.y - outer.y)
    return distance + 0.7 * inner.radius < outer.radius
