"""The fixed filters behind mini-COCO's features: colours first, then shapes at two sizes.

Nothing here is learned. A picture becomes one map per colour; a map is correlated with a template of each shape at
each size; and where several filters answer in one place, the strongest silences the others. Convolution,
rectification and local competition are what the first layers of a convolutional network do, too.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .render import PALETTE, SIDE, signed_distance
from .scene import COLOURS, RADII, SHAPES, SIZES

GRID = SIDE // 2
"""Width and height of a colour map: a picture's pixels, averaged two by two."""

KINDS = tuple((size, shape) for size in SIZES for shape in SHAPES)
"""What each filter looks for, in the order of the filters."""

_COLOUR_REACH = 75.0
"""Distance in RGB (0 to 255 an axis) at which a colour's filter falls silent; less than between two colours."""

_BORDER = 1.5
"""A filter covers this many radii, so that a shape's empty surroundings count as well as its inside."""

_RIM = 0.3
"""Grid cells by which a shape's dark rim makes it look smaller than it was drawn."""

_QUIET = 0.3
_THRESHOLD = 0.62
_EXCLUSION = 8
_LEAST_ENERGY = np.array([4.2, 12.0], dtype=np.float32)

Floats = NDArray[np.float32]


class Response(NamedTuple):
    """One place where filters answered.

    Attributes:
        colour: Index into ``COLOURS`` of the map.
        x: Place from left, 0 to 1.
        y: Place from top, 0 to 1.
        strengths: Correlation of every filter there, float32 of shape (len(KINDS),), at most about 1.
    """

    colour: int
    x: float
    y: float
    strengths: Floats


def colour_maps(picture: NDArray[np.uint8]) -> Floats:
    """Return how much of each colour is where: float32 of shape (len(COLOURS), GRID, GRID), 0 to 1.

    Args:
        picture: uint8 of shape (SIDE, SIDE, 3).
    """
    pixels = picture.reshape(-1, 3).astype(np.float32)
    palette = np.array([PALETTE[colour] for colour in COLOURS], dtype=np.float32)
    lengths = np.einsum("ij,ij->i", pixels, pixels)
    squared = lengths - 2.0 * (palette @ pixels.T) + (palette**2).sum(axis=1)[:, None]
    maps = np.clip(1.6 - squared * np.float32(1.6 / _COLOUR_REACH**2), 0.0, 1.0)
    maps = maps.reshape(len(COLOURS), GRID, 2, GRID, 2)
    averaged: Floats = (maps[:, :, 0, :, 0] + maps[:, :, 0, :, 1] + maps[:, :, 1, :, 0] + maps[:, :, 1, :, 1]) / 4
    return averaged


def responses(picture: NDArray[np.uint8]) -> list[Response]:
    """Return the places where the shape filters answer, strongest first within each colour.

    Args:
        picture: uint8 of shape (SIDE, SIDE, 3).
    """
    found = []
    for colour, colour_map in enumerate(colour_maps(picture)):
        if colour_map.max() > _QUIET:
            found += _strongest(colour, _correlations(colour_map))
    return found


def _strongest(colour: int, correlations: Floats) -> list[Response]:
    """Take the best place, silence its neighbourhood, and so on until nothing answers. Changes its argument."""
    found: list[Response] = []
    while True:
        best = correlations.max(axis=0)
        y, x = divmod(int(np.argmax(best)), GRID)
        if best[y, x] < _THRESHOLD:
            return found
        found.append(Response(colour, (x + 0.5) / GRID, (y + 0.5) / GRID, correlations[:, y, x].copy()))
        top, left = max(0, y - _EXCLUSION), max(0, x - _EXCLUSION)
        correlations[:, top : y + _EXCLUSION + 1, left : x + _EXCLUSION + 1] = 0


def _correlations(colour_map: Floats) -> Floats:
    """Return the normalised cross-correlation of each filter with the map, float32 (len(KINDS), GRID, GRID).

    Lewis, "Fast normalized cross-correlation", 1995: correlation by Fourier transform, divided by the contrast of
    the map under the filter. Places of little contrast are divided by a least one, so that they stay near 0.
    """
    bank = _filter_bank()
    spectrum = np.fft.rfft2(colour_map)
    raw = np.fft.irfft2(spectrum * bank.templates, s=(GRID, GRID))
    total = np.fft.irfft2(spectrum * bank.windows, s=(GRID, GRID))
    squares = np.fft.irfft2(np.fft.rfft2(colour_map**2) * bank.windows, s=(GRID, GRID))
    energy = squares - total**2 / bank.areas[:, None, None]
    contrast = np.sqrt(np.maximum(energy, _LEAST_ENERGY[:, None, None]))
    raw = raw.reshape(len(SIZES), len(SHAPES), GRID, GRID) / contrast[:, None]
    return raw.reshape(len(KINDS), GRID, GRID).astype(np.float32)


@dataclass(frozen=True)
class _Bank:
    """Conjugate spectra of the templates (one a kind) and of their windows (one a size); areas in cells."""

    templates: NDArray[np.complex64]
    windows: NDArray[np.complex64]
    areas: Floats


@functools.cache
def _filter_bank() -> _Bank:
    templates, windows = [], []
    for size in SIZES:
        radius = sum(RADII[size]) / 2 * GRID
        y, x = np.mgrid[-GRID // 2 : GRID // 2, -GRID // 2 : GRID // 2]
        window = (np.hypot(x, y) < _BORDER * radius).astype(np.float32)
        windows.append(window)
        for shape in SHAPES:
            inside = _soft_mask(shape, radius) * window
            balanced = inside - window * inside.sum() / window.sum()
            templates.append(balanced / np.linalg.norm(balanced))
    areas = np.array([window.sum() for window in windows], dtype=np.float32)
    return _Bank(_spectra(templates), _spectra(windows), areas)


def _spectra(filters: list[Floats]) -> NDArray[np.complex64]:
    centred = np.fft.ifftshift(np.array(filters, dtype=np.float32), axes=(1, 2))
    return np.conj(np.fft.rfft2(centred)).astype(np.complex64)


def _soft_mask(shape: str, radius: float) -> Floats:
    """Return a shape's cover of each cell, (GRID, GRID), averaged over a few tilts; its centre is cell GRID // 2."""
    fine = 3
    steps = (np.arange(GRID * fine) + 0.5) / fine - 0.5 - GRID // 2
    cover = np.zeros((GRID * fine, GRID * fine), dtype=np.float32)
    points = np.stack(np.meshgrid(steps, steps), axis=-1).astype(np.float32) / np.float32(radius)
    for degrees in (-6, 0, 6):
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        turned = points @ np.array([[cos, -sin], [sin, cos]], dtype=np.float32)
        cover += np.clip(0.5 - (signed_distance(shape, turned) * radius + _RIM) * fine, 0, 1) / 3
    mask: Floats = cover.reshape(GRID, fine, GRID, fine).mean(axis=(1, 3))
    return mask
