"""Compares what two classes reached: the difference of two mean shares with its interval, and which differences count.

A share is what one submission has of something, 0 to 1: of the points of a test or a problem; or whether it shows a
mistake, 0 or 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.reports.item_analysis import NORMAL_95

# Differences that Holm's procedure holds for chance less often than this count.
LEVEL = 0.05
# Of the normal distribution, a point beyond which a probability is 0 as a number; and halvings of an interval as wide.
FAR, HALVINGS = 38.0, 60


@dataclass(frozen=True)
class MeanShare:
    """The mean share of a class.

    Attributes:
        value: The mean, 0 to 1.
        count: Of how many submissions.
        effective: How many shares that are all 0 or 1 would say as much; see `mean_share`.
    """

    value: float
    count: int
    effective: float


def mean_share(values: Sequence[float] | np.ndarray) -> MeanShare | None:
    """Return the mean of shares; None where there are none.

    With a given mean, shares vary most when all are 0 or 1, with variance ``p (1 - p)``; n shares that vary less, with
    variance s², say as much as ``n p (1 - p) / s²`` of those (the effective sample size; E. L. Korn & B. I. Graubard,
    Survey Methodology 24 (1998) 193-201). One share of 0 and one of 1 are added for p and s², so that a class in which
    next to nobody differs is not taken for one that cannot: that is this kit's own, and tests/reports/test_shares.py
    tries how often the interval then holds the truth. Shares that are all 0 or 1 have an effective number of n.

    Args:
        values: Shares, from 0 to 1.
    """
    shares = np.asarray(values, dtype=float)
    if not len(shares):
        return None
    padded = np.append(shares, [0.0, 1.0])
    most = padded.mean() * (1 - padded.mean())
    return MeanShare(float(shares.mean()), len(shares), float(len(shares) * most / padded.var()))


@dataclass(frozen=True)
class ShareDifference:
    """A difference of two mean shares.

    Attributes:
        value: The later less the earlier.
        low: The lower end of its 95 % interval.
        high: The upper end.
        chance: The two-sided p-value: the least ``1 - coverage`` at which the interval does not hold 0.
    """

    value: float
    low: float
    high: float
    chance: float


def share_difference(earlier: MeanShare, later: MeanShare) -> ShareDifference:
    """Return a difference of mean shares with its interval: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.

    His method 10, from the limits l and u of Wilson's interval for each of the two shares: ``d - sqrt((p2 - l2)² +
    (u1 - p1)²)`` to ``d + sqrt((u2 - p2)² + (p1 - l1)²)``. It holds the truth at shares of 0 and 1 too, where the plain
    ``d ± 1.96 s`` fails.
    """
    low, high = _limits(earlier, later, NORMAL_95)
    return ShareDifference(later.value - earlier.value, low, high, _chance(earlier, later))


def reach(differences: Iterable[ShareDifference | None]) -> int:
    """Return how far the intervals of a page go to either side of 0, in whole tens of percentage points."""
    ends = [max(abs(one.low), abs(one.high)) for one in differences if one]
    return max((10 * math.ceil(10 * end) for end in ends), default=100)


def _limits(earlier: MeanShare, later: MeanShare, z: float) -> tuple[float, float]:
    (low_1, high_1), (low_2, high_2) = wilson(earlier, z), wilson(later, z)
    value = later.value - earlier.value
    return (
        value - math.hypot(later.value - low_2, high_1 - earlier.value),
        value + math.hypot(high_2 - later.value, earlier.value - low_1),
    )


def wilson(share: MeanShare, z: float) -> tuple[float, float]:
    """Return Wilson's interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212).

    Args:
        share: The share.
        z: The point of the normal distribution: 1.96 for 95 %.
    """
    p, n = share.value, share.effective
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    # Rounding alone could put a limit on the wrong side of the share itself.
    return min(p, (middle - half) / (1 + z * z / n)), max(p, (middle + half) / (1 + z * z / n))


def _chance(earlier: MeanShare, later: MeanShare) -> float:
    inside, outside = FAR, 0.0
    for _ in range(HALVINGS):
        z = (inside + outside) / 2
        low, high = _limits(earlier, later, z)
        inside, outside = (z, outside) if low <= 0.0 <= high else (inside, z)
    return math.erfc(inside / math.sqrt(2))


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values that hold for all of a family together, in its order.

    By S. Holm's procedure (Scandinavian Journal of Statistics 6 (1979) 65-70): where nothing has changed, some one of
    them is below 0.05 in one family of 20, whatever depends on what.
    """
    order = sorted(range(len(chances)), key=lambda index: chances[index])
    adjusted, most = [1.0] * len(chances), 0.0
    for rank, index in enumerate(order):
        most = max(most, min(1.0, (len(chances) - rank) * chances[index]))
        adjusted[index] = most
    return adjusted
