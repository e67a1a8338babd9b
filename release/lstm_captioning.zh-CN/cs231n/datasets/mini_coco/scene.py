"""What is in a mini-COCO picture, before it is drawn or put into words.

Lengths are shares of the picture's side; x grows to the right and y downwards. A scene is a function of the split
and the index alone. Only ``random.Random.random()`` is used, since Python promises that its numbers never change.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

GENERATOR_VERSION = 3
"""Rises whenever scenes, pictures, words or features change, so that packs made before are built anew."""

SPLIT_SIZES = {"train": 4000, "val": 1000}

SHAPES = ("circle", "square", "triangle", "star", "heart")
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple")
SIZES = ("small", "large")
BACKGROUNDS = ("light", "dark")

RADII = {"small": (0.072, 0.080), "large": (0.135, 0.150)}
"""Range of the radius of each size; the gap between them keeps the two words apart."""

CONTAINERS = ("circle", "square")
"""Shapes that have room for a small one when they are large."""

_NEAR, _MIDDLE, _FAR = 0.2, 0.5, 0.8
_JITTER = 0.03
_LINE_JITTER = 0.02
_TILT = 9.0

Item = TypeVar("Item")


@dataclass(frozen=True)
class Thing:
    """One object in a picture.

    Attributes:
        shape: One of ``SHAPES``.
        colour: One of ``COLOURS``.
        size: One of ``SIZES``.
        x: Centre, from 0 (left edge) to 1 (right edge).
        y: Centre, from 0 (top edge) to 1 (bottom edge).
        radius: Radius of the circle around the shape.
        tilt: Rotation in degrees; small, so that a square never looks like a diamond.
    """

    shape: str
    colour: str
    size: str
    x: float
    y: float
    radius: float
    tilt: float


Group = tuple[Thing, ...]
"""One to three things of the same shape, colour and size; captions speak of groups."""


@dataclass(frozen=True)
class Scene:
    """A whole picture.

    Attributes:
        background: One of ``BACKGROUNDS``.
        hue: Tint of the background, from 0 to 1.
        phase: Where the background's soft waves begin, from 0 to 1.
        groups: One or two groups, at most three things in all. Two groups never share a colour.
    """

    background: str
    hue: float
    phase: float
    groups: tuple[Group, ...]

    @property
    def things(self) -> tuple[Thing, ...]:
        """All objects, those behind first."""
        return tuple(thing for group in self.groups for thing in group)


def picture_random(purpose: str, split: str, index: int) -> random.Random:
    """Return the generator of random numbers for one purpose (scene, words) and one picture.

    Raises:
        ValueError: If there is no such picture.
    """
    if split not in SPLIT_SIZES:
        raise ValueError(f"mini-COCO has no split {split!r}: use one of {', '.join(map(repr, SPLIT_SIZES))}.")
    if not 0 <= index < SPLIT_SIZES[split]:
        last = SPLIT_SIZES[split] - 1
        raise ValueError(f"mini-COCO's split {split!r} has pictures 0 to {last}, so there is no picture {index}.")
    return random.Random(f"mini-coco {GENERATOR_VERSION} {purpose} {split} {index}")


def pick(rng: random.Random, items: Sequence[Item]) -> Item:
    """Return one of ``items``, each as likely as the others."""
    return items[int(rng.random() * len(items))]


def sample_scene(split: str, index: int) -> Scene:
    """Return the scene of picture ``index`` of ``split``: always the same for the same arguments.

    Raises:
        ValueError: If there is no such picture.
    """
    rng = picture_random("scene", split, index)
    kind = rng.random()
    if kind < 0.27:
        groups = _one_thing(rng)
    elif kind < 0.54:
        groups = _line_of_things(rng)
    elif kind < 0.94:
        groups = _two_groups_side_by_side(rng)
    else:
        groups = _one_inside_another(rng)
    return Scene(background=pick(rng, BACKGROUNDS), hue=rng.random(), phase=rng.random(), groups=groups)


def _one_thing(rng: random.Random) -> tuple[Group, ...]:
    x, y = pick(rng, (_NEAR, _MIDDLE, _FAR)), pick(rng, (_NEAR, _MIDDLE, _FAR))
    return (_group(rng, _look(rng), [(x, y)]),)


def _line_of_things(rng: random.Random) -> tuple[Group, ...]:
    along = pick(rng, ((0.3, 0.7), (0.17, 0.5, 0.83)))
    across = pick(rng, (_NEAR, _MIDDLE, _FAR))
    spots = [(step, across) for step in along]
    turned = _turned(spots, rng.random() < 0.5)
    return (_group(rng, _look(rng), turned, jitter=_LINE_JITTER),)


def _two_groups_side_by_side(rng: random.Random) -> tuple[Group, ...]:
    counts = pick(rng, ((1, 1), (1, 1), (1, 2), (2, 1)))
    first, second = _two_looks(rng)
    upright = rng.random() < 0.5
    groups = []
    for look, count, across in zip((first, second), counts, (0.25, 0.75), strict=True):
        spots = [(across, 0.5)] if count == 1 else [(across, 0.28), (across, 0.72)]
        groups.append(_group(rng, look, _turned(spots, upright)))
    return tuple(groups)


def _one_inside_another(rng: random.Random) -> tuple[Group, ...]:
    (_, outer_colour, _), (shape, colour, _) = _two_looks(rng)
    x, y = pick(rng, (0.3, 0.5, 0.7)), pick(rng, (0.3, 0.5, 0.7))
    outer = _group(rng, (pick(rng, CONTAINERS), outer_colour, "large"), [(x, y)])
    inner = _group(rng, (shape, colour, "small"), [(outer[0].x, outer[0].y)], jitter=0.0)
    return outer, inner


def _turned(spots: list[tuple[float, float]], turn: bool) -> list[tuple[float, float]]:
    return [(y, x) for x, y in spots] if turn else spots


def _look(rng: random.Random) -> tuple[str, str, str]:
    return pick(rng, SHAPES), pick(rng, COLOURS), pick(rng, SIZES)


def _two_looks(rng: random.Random) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    first, second = _look(rng), _look(rng)
    other_colours = tuple(colour for colour in COLOURS if colour != first[1])
    return first, (second[0], pick(rng, other_colours), second[2])


def _group(
    rng: random.Random, look: tuple[str, str, str], spots: list[tuple[float, float]], jitter: float = _JITTER
) -> Group:
    shape, colour, size = look
    low, high = RADII[size]

    def nudge(reach: float) -> float:
        return reach * (2.0 * rng.random() - 1.0)

    def thing(x: float, y: float) -> Thing:
        radius = low + (high - low) * rng.random()
        return Thing(shape, colour, size, x + nudge(jitter), y + nudge(jitter), radius, nudge(_TILT))

    return tuple(thing(x, y) for x, y in spots)
