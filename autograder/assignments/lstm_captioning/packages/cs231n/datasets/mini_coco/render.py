"""Draws a scene as a picture.

Shapes are drawn from their signed distance (negative inside, in pixels), which gives smooth edges, rims and soft
shadows with numpy alone, so that no version of a drawing library can change a picture.
"""

from __future__ import annotations

import colorsys
import functools
import math

import numpy as np
from numpy.typing import NDArray

from .scene import Scene, Thing

SIDE = 128
"""Width and height of every picture, in pixels."""

PALETTE = {
    "red": (218, 44, 46),
    "orange": (247, 136, 28),
    "yellow": (249, 218, 52),
    "green": (52, 160, 78),
    "blue": (46, 104, 222),
    "purple": (146, 68, 184),
}

_TABLE_REACH = 2.0
_TABLE_CELLS = 256

Floats = NDArray[np.float32]


def render(scene: Scene) -> NDArray[np.uint8]:
    """Return the picture of ``scene``: uint8 RGB of shape (SIDE, SIDE, 3)."""
    canvas = _background(scene)
    for thing in scene.things:
        _draw(canvas, thing)
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)


def outline(shape: str) -> Floats:
    """Return the corners of a shape of radius 1 around (0, 0), float32 of shape (K, 2), with y downwards.

    Raises:
        ValueError: For ``circle``, which has no corners, and for unknown names.
    """
    if shape == "square":
        half = 0.84
        corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    elif shape == "triangle":
        corners = [_on_circle(1.1, 120 * k) for k in range(3)]
        corners = [(x, y + 0.18) for x, y in corners]
    elif shape == "star":
        corners = [_on_circle(1.12 if k % 2 == 0 else 0.48, 36 * k) for k in range(10)]
    elif shape == "heart":
        corners = [_heart(2 * math.pi * k / 36) for k in range(36)]
    else:
        raise ValueError(f"{shape!r} has no corners: outline knows square, triangle, star and heart.")
    return np.array(corners, dtype=np.float32)


def signed_distance(shape: str, points: Floats) -> Floats:
    """Return how far points are from the edge of a shape of radius 1: negative inside.

    Args:
        shape: Name of the shape.
        points: float32 of shape (..., 2), relative to the shape's centre.

    Returns:
        float32 of shape (...).
    """
    table, last = _distance_table(shape), _TABLE_CELLS
    place = np.clip((points + np.float32(_TABLE_REACH)) * np.float32(last / (2 * _TABLE_REACH)), 0, last - 0.001)
    cell = place.astype(np.intp)
    right, down = (place - cell)[..., 0], (place - cell)[..., 1]
    start = cell[..., 1] * (last + 1) + cell[..., 0]
    upper = table[start] * (1 - right) + table[start + 1] * right
    lower = table[start + last + 1] * (1 - right) + table[start + last + 2] * right
    distance: Floats = upper * (1 - down) + lower * down
    return distance


@functools.cache
def _distance_table(shape: str) -> Floats:
    """Return distances on a fine grid, flattened: looking them up is many times faster than computing them."""
    steps = np.linspace(-_TABLE_REACH, _TABLE_REACH, _TABLE_CELLS + 1, dtype=np.float32)
    points = np.stack(np.meshgrid(steps, steps), axis=-1)
    if shape == "circle":
        return (np.hypot(points[..., 0], points[..., 1]) - np.float32(0.95)).ravel()
    return _polygon_distance(outline(shape), points).ravel()


def _polygon_distance(corners: Floats, points: Floats) -> Floats:
    nearest = np.full(points.shape[:-1], np.inf, dtype=np.float32)
    inside = np.zeros(points.shape[:-1], dtype=bool)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge, offset = end - start, points - start
        along = np.clip((offset @ edge) / (edge @ edge), 0.0, 1.0)[..., None]
        nearest = np.minimum(nearest, ((offset - along * edge) ** 2).sum(axis=-1))
        crosses = (points[..., 1] < start[1]) != (points[..., 1] < end[1])
        side = edge[0] * offset[..., 1] - edge[1] * offset[..., 0]
        inside ^= crosses & ((side > 0) == (edge[1] > 0))
    return np.where(inside, -1, 1).astype(np.float32) * np.sqrt(nearest)


def _on_circle(radius: float, degrees: float) -> tuple[float, float]:
    return radius * math.sin(math.radians(degrees)), -radius * math.cos(math.radians(degrees))


def _heart(angle: float) -> tuple[float, float]:
    # The well-known heart curve x = 16 sin^3 t, y = 13 cos t - 5 cos 2t - 2 cos 3t - cos 4t, scaled to radius 1.
    x = 16 * math.sin(angle) ** 3
    y = 13 * math.cos(angle) - 5 * math.cos(2 * angle) - 2 * math.cos(3 * angle) - math.cos(4 * angle)
    return x / 16.0, -(y + 2.5) / 16.0


@functools.cache
def _grid() -> tuple[Floats, Floats]:
    """Return the x and y of each pixel's centre as shares of the side."""
    steps = (np.arange(SIDE, dtype=np.float32) + np.float32(0.5)) / SIDE
    x, y = np.meshgrid(steps, steps)
    return x.astype(np.float32), y.astype(np.float32)


def _background(scene: Scene) -> Floats:
    """Return a soft slanted gradient with faint waves, float32 of shape (SIDE, SIDE, 3), 0 to 255."""
    x, y = _grid()
    light = scene.background == "light"
    near = colorsys.hsv_to_rgb(scene.hue, 0.05 if light else 0.30, 0.98 if light else 0.27)
    far = colorsys.hsv_to_rgb((scene.hue + 0.08) % 1.0, 0.14 if light else 0.38, 0.88 if light else 0.12)
    slant = 2 * math.pi * scene.phase
    waves = np.sin(4 * math.pi * (x * math.cos(slant) + y * math.sin(slant)) + slant)
    mix = np.clip(0.35 * x + 0.65 * y + 0.06 * waves, 0.0, 1.0).astype(np.float32)
    ends = 255 * np.array([near, far], dtype=np.float32)
    canvas: Floats = ends[0] + np.multiply.outer(mix, ends[1] - ends[0])
    return canvas


def _draw(canvas: Floats, thing: Thing) -> None:
    """Paint one thing with its shadow, a rim and a light from the top left onto ``canvas``."""
    reach = math.ceil(1.5 * thing.radius * SIDE) + 4
    left, top = (max(0, int(centre * SIDE) - reach) for centre in (thing.x, thing.y))
    window = canvas[top : top + 2 * reach, left : left + 2 * reach]
    x, y = (axis[top : top + 2 * reach, left : left + 2 * reach] for axis in _grid())
    offsets = np.stack([x - np.float32(thing.x), y - np.float32(thing.y)], axis=-1) / np.float32(thing.radius)
    spots: Floats = (offsets @ _rotation(thing.tilt)).astype(np.float32)
    pixels = np.float32(thing.radius * SIDE)

    shadow = signed_distance(thing.shape, spots - np.float32(2.0 / pixels)) * pixels
    window *= (1 - 0.28 * np.clip(0.5 - shadow / 5, 0, 1))[..., None]

    distance = signed_distance(thing.shape, spots) * pixels
    colour = np.array(PALETTE[thing.colour], dtype=np.float32)
    shade = 1.0 - 0.07 * np.clip(spots[..., 0] + spots[..., 1], -1.5, 1.5) - 0.22 * np.clip(2.2 + distance, 0, 1)
    cover = np.clip(0.5 - distance, 0, 1)[..., None]
    window[:] = (1 - cover) * window + cover * np.minimum(colour * shade[..., None], 255)


def _rotation(degrees: float) -> Floats:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[cos, -sin], [sin, cos]], dtype=np.float32)
