"""Features of a picture, computed from its pixels alone, and the PCA that brings them to 512 numbers.

They stand in for the fc7 features of VGG-16 in the real pack: what a linear layer can read off them is which shapes
of which colour and size a picture holds, how many and where, and what the background is like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .filters import Response, responses
from .render import SIDE
from .scene import COLOURS, SHAPES, SIZES

PCA_DIMENSIONS = 512
"""As in the real pack."""

_STRIPES = 5
_CELL_BORDERS = (0.35, 0.65)
_CELL_BLUR = 0.1
_DIAGONAL_SPREAD = 1.5
_PLACES = 1 + 9 + 3 * _STRIPES
_TILES = 8
_SHARPNESS = 60.0
_WHITENING = 0.3
_MEAN_SQUARE = 0.5

_STEPS_WEIGHT = 3.0
_PLACED_WEIGHT = 2.0
_DIAGONAL_WEIGHT = 3.0
_TILES_WEIGHT = 0.5
_BRIGHTNESS_WEIGHT = 10.0
"""Weights of the blocks of features. PCA favours what varies most, so they decide what is learned first."""

Floats = NDArray[np.float32]


def raw_features(picture: NDArray[np.uint8]) -> Floats:
    """Return the features of one picture before PCA: float32 of shape (769,).

    The filters' responses are summed over places (the whole picture, nine cells, and stripes across, down and along
    the diagonal), for all things and for each colour, shape and size; conjunctions (a red square) are summed over
    the whole picture only. Rectified units then count in steps: is there a first, a second, a third? At the end
    stand the mean colours of 64 tiles and the brightness, which show the background.

    Args:
        picture: uint8 of shape (SIDE, SIDE, 3).
    """
    pooled = np.zeros((len(COLOURS), len(SIZES), len(SHAPES), _PLACES), dtype=np.float32)
    for response in responses(picture):
        weights = _kind_weights(response).reshape(len(SIZES), len(SHAPES), 1)
        pooled[response.colour] += weights * _places(response.x, response.y)
    all_things = pooled.sum(axis=(0, 1, 2))
    single = np.concatenate([pooled.sum(axis=axes) for axes in ((1, 2), (0, 1), (0, 2))])
    everywhere = pooled[..., 0]
    double = np.concatenate([everywhere.sum(axis=axis).ravel() for axis in (2, 1, 0)])
    placed = np.concatenate([single, all_things[None]])
    placed[:, -_STRIPES:] *= _DIAGONAL_WEIGHT
    steps = np.concatenate([_steps(all_things), _steps(single[:, 0])])
    tiles = _tile_colours(picture)
    return np.concatenate(
        [
            everywhere.ravel(),
            double,
            _PLACED_WEIGHT * placed.ravel(),
            _STEPS_WEIGHT * steps,
            _TILES_WEIGHT * tiles,
            [_BRIGHTNESS_WEIGHT * tiles.mean()],
        ]
    ).astype(np.float32)


def _kind_weights(response: Response) -> Floats:
    """Return a softmax over the filters' strengths, so that only the best answers count."""
    weights: Floats = np.exp(_SHARPNESS * (response.strengths - np.max(response.strengths)))
    shares: Floats = weights / weights.sum()
    return shares


def _places(x: float, y: float) -> Floats:
    """Return how much a point belongs to the whole, to each cell and to each stripe: float32 of shape (_PLACES,)."""
    cells = np.outer(_thirds(y), _thirds(x)).ravel()
    along_diagonal = 0.5 + _DIAGONAL_SPREAD * ((x + y) / 2 - 0.5)
    return np.concatenate([[1.0], cells, _stripes(x), _stripes(y), _stripes(along_diagonal)]).astype(np.float32)


def _thirds(place: float) -> NDArray[np.float64]:
    """Return how much a place (0 to 1) belongs to the first, the middle and the last third; the borders are soft."""
    beyond = [min(max((place - border) / _CELL_BLUR + 0.5, 0.0), 1.0) for border in _CELL_BORDERS]
    return np.array([1 - beyond[0], beyond[0] - beyond[1], beyond[1]])


def _stripes(place: float) -> NDArray[np.float64]:
    """Return how much a place (0 to 1) belongs to each stripe: linear between the stripes' middles, sum 1."""
    middles = (np.arange(_STRIPES) + 0.5) / _STRIPES
    place = min(max(place, middles[0]), middles[-1])
    return np.maximum(0.0, 1.0 - _STRIPES * np.abs(place - middles))


def _steps(counts: Floats) -> Floats:
    """Return how much of a first, a second and a third there is in each count, three times as long as ``counts``."""
    return np.concatenate([np.clip(counts - already, 0, 1) for already in range(3)])


def _tile_colours(picture: NDArray[np.uint8]) -> Floats:
    step = SIDE // _TILES
    rows = picture.reshape(_TILES, step, _TILES, step * 3).astype(np.float32).sum(axis=1)
    tiles: Floats = rows.reshape(_TILES, _TILES, step, 3).sum(axis=2) / np.float32(255 * step * step)
    return tiles.ravel()


@dataclass(frozen=True)
class Projection:
    """A fitted PCA.

    Attributes:
        mean: float64, mean of the training features.
        axes: float64 of shape (raw dimensions, PCA_DIMENSIONS), scaled principal axes.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]

    def __call__(self, raw: Floats) -> Floats:
        """Project raw features of shape (N, raw dimensions): float32 of shape (N, PCA_DIMENSIONS)."""
        projected: Floats = ((raw - self.mean) @ self.axes).astype(np.float32)
        return projected


def fit_projection(raw: Floats) -> Projection:
    """Fit the PCA on the training split's features.

    The sign of each axis is fixed (its largest entry is positive), since an eigenvector's sign is arbitrary. The
    axes are whitened in part: each is divided by its standard deviation to the power of 0.3. Plain PCA makes
    pictures of the same things too much alike to learn a small set by heart, and full whitening weighs noise as
    much as what matters. One factor for all axes then brings the mean square of the training features to 0.5, so
    that the network's first weights are of a good size.

    Args:
        raw: float32 of shape (N, raw dimensions).

    Raises:
        ValueError: If there are fewer pictures than axes.
    """
    if len(raw) <= PCA_DIMENSIONS:
        raise ValueError(f"PCA to {PCA_DIMENSIONS} axes needs more than {PCA_DIMENSIONS} pictures, got {len(raw)}.")
    mean = raw.mean(axis=0, dtype=np.float64)
    centred = raw - mean
    variances, axes = np.linalg.eigh(centred.T @ centred / len(raw))
    variances, axes = variances[::-1][:PCA_DIMENSIONS], axes[:, ::-1][:, :PCA_DIMENSIONS]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(PCA_DIMENSIONS)]
    # What doesn't vary at all, but for rounding, isn't blown up.
    axes = axes * np.sign(largest) / np.maximum(variances, 1e-6 * variances[0]) ** (_WHITENING / 2)
    return Projection(mean, axes * np.sqrt(_MEAN_SQUARE / ((centred @ axes) ** 2).mean()))
