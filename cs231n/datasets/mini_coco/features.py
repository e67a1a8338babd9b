"""Features of a picture, computed from its pixels alone, and the PCA that brings them to 512 numbers.

They stand in for the fc7 features of VGG-16 in the real pack: what a linear layer can read off them is which shapes
of which colour and size a picture holds, how many and where, and what the background is like.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .filters import KINDS, Response, responses
from .render import SIDE
from .scene import COLOURS

PCA_DIMENSIONS = 512
"""As in the real pack."""

_STRIPES = 5
_TILES = 4
_SHARPNESS = 60.0
_WHITENING = 0.5

RAW_DIMENSIONS = len(COLOURS) * len(KINDS) * (1 + 2 * _STRIPES) + 3 * _TILES**2

Floats = NDArray[np.float32]


def raw_features(picture: NDArray[np.uint8]) -> Floats:
    """Return the features of one picture before PCA: float32 of shape (RAW_DIMENSIONS,).

    For every colour and kind (size and shape): how many in all, then how many in each vertical and each horizontal
    stripe, with soft borders. At the end, the mean colour of each tile, which shows the background.

    Args:
        picture: uint8 of shape (SIDE, SIDE, 3).
    """
    pooled = np.zeros((len(COLOURS), len(KINDS), 1 + 2 * _STRIPES), dtype=np.float32)
    for response in responses(picture):
        places = np.concatenate([[1.0], _stripes(response.x), _stripes(response.y)])
        pooled[response.colour] += np.outer(_kind_weights(response), places)
    step = SIDE // _TILES
    tiles = picture.reshape(_TILES, step, _TILES, step, 3).mean(axis=(1, 3), dtype=np.float32) / 255
    return np.concatenate([pooled.ravel(), tiles.ravel()])


def _kind_weights(response: Response) -> Floats:
    """Return a softmax over the filters' strengths, so that only the best answers count."""
    weights = np.exp(_SHARPNESS * (response.strengths - response.strengths.max()))
    return weights / weights.sum()


def _stripes(place: float) -> Floats:
    """Return how much a place (0 to 1) belongs to each stripe: linear between the stripes' middles, sum 1."""
    middles = (np.arange(_STRIPES) + 0.5) / _STRIPES
    place = min(max(place, middles[0]), middles[-1])
    return np.maximum(0.0, 1.0 - _STRIPES * np.abs(place - middles)).astype(np.float32)


@dataclass(frozen=True)
class Projection:
    """A fitted PCA with partial whitening.

    Attributes:
        mean: float64 (RAW_DIMENSIONS,), mean of the training features.
        axes: float64 (RAW_DIMENSIONS, PCA_DIMENSIONS), principal axes, already scaled.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]

    def __call__(self, raw: Floats) -> Floats:
        """Project raw features (N, RAW_DIMENSIONS): float32 of shape (N, PCA_DIMENSIONS)."""
        return ((raw - self.mean) @ self.axes).astype(np.float32)


def fit_projection(raw: Floats) -> Projection:
    """Fit the PCA on the training split's features.

    The sign of each axis is fixed (its largest entry is positive), since an eigenvector's sign is arbitrary.
    Each axis is divided by the square root of its standard deviation: halfway between plain PCA, where what varies
    little can't be learned in a short training, and whitening, where noise weighs as much as what matters. One
    factor for all then brings the mean square of the training features to 1.

    Args:
        raw: float32 of shape (N, RAW_DIMENSIONS).

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
    deviations = np.sqrt(np.maximum(variances, variances[0] * 1e-6))
    scaled = axes * np.sign(largest) / deviations**_WHITENING
    return Projection(mean, scaled / np.sqrt(((centred @ scaled) ** 2).mean()))
