"""Says of each hidden test how hard it is and whether it tells those who know from those who don't.

An item is a hidden test, or several of one problem that always fail together: what they say is one thing, and counted
as such.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from autograder.course.results import Basis, Record, Status, TestResult, Verdict

# A test that half of all students pass is failed by five of five in one class of 32; fewer say nothing.
LEAST_FOR_FLAGS = 5
# An item that tells students apart well has a correlation of 0.4 with the rest (Ebel & Frisbie, Essentials of
# Educational Measurement, 5th ed. 1991, p. 232).
GOOD = 0.4
# The two-sided 95 % point of the normal distribution, and the share of a bootstrap's replicates to either side.
NORMAL_95, TAIL_PERCENT = 1.959964, 2.5
REPLICATES, SEED = 2_000, 20_240_501
# Of the replicates, the share in which an item may show no difference at all; it is reached when two in a class fail.
DEGENERATE_MAX = 0.05


def least_submissions(good: float = GOOD) -> int:
    """Return the number of submissions below which no discrimination is given.

    With fewer, an item that tells students apart well cannot be told from one that does not at all: by Fisher's z
    (R. A. Fisher, Metron 1 (1921) 3-32), whose standard error is ``1 / sqrt(n - 3)``, the 95 % interval around a
    correlation of 0 is ``± tanh(1.96 / sqrt(n - 3))``, which must be less than ``good``. For 0.4 that is 25.

    Args:
        good: The correlation of an item that tells students apart well.
    """
    return math.ceil((NORMAL_95 / math.atanh(good)) ** 2 + 3)


LEAST = least_submissions()


class Flag(StrEnum):
    """What makes an item look broken."""

    ALL_FAIL = "everybody fails"
    NEGATIVE = "who does well fails it"
    NONE_FAIL = "nobody fails"


ADVICE = {
    Flag.ALL_FAIL: "Solve it from the handout alone: it may ask for what the handout does not say.",
    Flag.NEGATIVE: "Read an answer that fails it with an otherwise good mark: it may be right.",
    Flag.NONE_FAIL: "It says nothing of this class; it may still hold a mistake back that nobody makes.",
}


@dataclass(frozen=True)
class Correlation:
    """A correlation with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Item:
    """One item.

    Attributes:
        problem: The problem that its tests belong to.
        tests: The tests' ids: one, or those that always fail together.
        titles: What they look at.
        points: The points that they are worth together.
        seen: How many submissions it was run on.
        failed: How many of them failed it.
        difficulty: The mean share of its points that was reached, 0 to 1; None when it was run on none.
        discrimination: The correlation with the points of all other items; None when it is refused.
        refused: Why it is; empty when it is not.
        flag: What makes it look broken; None for most.
    """

    problem: str
    tests: tuple[str, ...]
    titles: tuple[str, ...]
    points: float
    seen: int
    failed: int
    difficulty: float | None
    discrimination: Correlation | None
    refused: str
    flag: Flag | None


@dataclass(frozen=True)
class Analysis:
    """What can be said of an assignment's tests by one class.

    Attributes:
        submissions: How many submissions it rests on.
        items: Those that look broken first, then in the order of the notebook.
        alpha: Cronbach's alpha over problems; None when it is refused.
        refused: Why it is; empty when it is not.
    """

    submissions: int
    items: tuple[Item, ...]
    alpha: Correlation | None
    refused: str

    @property
    def flagged(self) -> list[Item]:
        """The items that look broken."""
        return [item for item in self.items if item.flag is not None]


@dataclass(frozen=True)
class Column:
    """One test: its problem, and by submission its points and whether it failed; NaN where it was not run."""

    problem: str
    test: TestResult
    points: np.ndarray
    failed: np.ndarray

    @property
    def shares(self) -> np.ndarray:
        """The shares of its points that were reached, of the submissions on which it was run."""
        seen: np.ndarray = self.points[np.isfinite(self.points)]
        return seen / (self.test.max_score or 1.0)


def analyse(records: Sequence[Record]) -> Analysis:
    """Return the analysis of a class.

    A test on which the grader failed, and one that was not run and has another problem's share, were not seen; what an
    earlier mistake kept from being run was seen, and failed. Refused submissions don't count.

    Args:
        records: Of one assignment, one for each student.
    """
    marked = tested(records)
    found = columns_of(marked)
    groups = _together(found) if len(marked) >= LEAST_FOR_FLAGS else [[column] for column in found]
    correlations = _discriminations(groups, len(marked))
    items = [_item(group, *found) for group, found in zip(groups, correlations, strict=True)]
    order = list(Flag)
    items.sort(key=lambda item: len(order) if item.flag is None else order.index(item.flag))
    return Analysis(len(marked), tuple(items), *_alpha(marked))


def tested(records: Sequence[Record]) -> list[Record]:
    """Return the records that say something of tests: those of submissions that could be marked."""
    return [record for record in records if record.status is not Status.REJECTED and record.problems]


def columns_of(records: Sequence[Record]) -> list[Column]:
    """Return the tests of a class, in the order of the records, with what each submission came to."""
    known: dict[str, tuple[str, TestResult]] = {}
    for record in records:
        for problem in record.problems:
            for test in problem.tests:
                known.setdefault(test.id, (problem.id, test))
    found = {name: (np.full(len(records), np.nan), np.full(len(records), np.nan)) for name in known}
    for row, record in enumerate(records):
        for test in (test for problem in record.problems for test in problem.tests):
            if test.verdict is not Verdict.GRADER_ERROR and test.basis is not Basis.SHARE:
                passed = test.verdict is Verdict.PASSED
                # Of a test without points, whether it passed.
                found[test.id][0][row] = test.score if test.max_score else float(passed)
                found[test.id][1][row] = float(not passed)
    return [Column(*known[name], *values) for name, values in found.items()]


def _together(columns: list[Column]) -> list[list[Column]]:
    """Return the tests in groups of one problem that fail together always, where some fail and some don't."""
    groups: dict[tuple[str, bytes | str], list[Column]] = {}
    for column in columns:
        tells = 0 < np.nansum(column.failed) < np.isfinite(column.failed).sum()
        key = (column.problem, column.failed.tobytes() if tells else column.test.id)
        groups.setdefault(key, []).append(column)
    return list(groups.values())


def _item(group: list[Column], discrimination: Correlation | None, refused: str) -> Item:
    first = group[0]
    seen = int(np.isfinite(first.failed).sum())
    failed = int(np.nansum(first.failed))
    most = sum(column.test.max_score or 1.0 for column in group)
    reached = sum(column.points for column in group)
    return Item(
        problem=first.problem,
        tests=tuple(column.test.id for column in group),
        titles=tuple(dict.fromkeys(str(column.test.title) for column in group)),
        points=sum(column.test.max_score for column in group),
        seen=seen,
        failed=failed,
        difficulty=float(np.nanmean(reached) / most) if seen else None,
        discrimination=discrimination,
        refused=refused,
        flag=_flag(seen, failed, discrimination),
    )


def _flag(seen: int, failed: int, discrimination: Correlation | None) -> Flag | None:
    if seen < LEAST_FOR_FLAGS:
        return None
    if failed == seen:
        return Flag.ALL_FAIL
    if failed == 0:
        return Flag.NONE_FAIL
    return Flag.NEGATIVE if discrimination and discrimination.value < 0 else None


def _discriminations(groups: list[list[Column]], count: int) -> list[tuple[Correlation | None, str]]:
    """Return each item's correlation with the rest, or why it is refused."""
    if count < LEAST:
        return [(None, f"fewer than {LEAST} hand-ins")] * len(groups)
    items = np.array([np.sum([column.points for column in group], axis=0) for group in groups]).T
    rest = np.nansum(items, axis=1, keepdims=True) - np.nan_to_num(items)
    values, samples = corrected_item_rest(items, rest)
    found: list[tuple[Correlation | None, str]] = []
    for index, value in enumerate(values):
        kept = samples[np.isfinite(samples[:, index]), index]
        if np.isfinite(items[:, index]).sum() < LEAST:
            found.append((None, f"run on fewer than {LEAST} hand-ins"))
        elif not math.isfinite(value):
            found.append((None, "all have the same points"))
        elif len(kept) < (1 - DEGENERATE_MAX) * len(samples):
            found.append((None, "too few differ from the others"))
        else:
            low, high = np.percentile(kept, [TAIL_PERCENT, 100 - TAIL_PERCENT])
            found.append((Correlation(float(value), float(low), float(high)), ""))
    return found


def corrected_item_rest(items: np.ndarray, rest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the correlations of items with the rest, and those of bootstrap replicates.

    The corrected item-rest correlation is ``cov(x, r) / sqrt(var(x) var(r))``, with ``x`` the points of the item and
    ``r`` those of all others: Moodle's discrimination index (docs.moodle.org, Quiz statistics calculations), from 0 to
    1 instead of percent. A correlation with the total would count the item in both, and be above 0 for pure chance.

    A replicate draws as many submissions with replacement; the interval is between percentiles of its correlations
    (B. Efron & R. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13). The seed is fixed.

    Args:
        items: Points, (submissions, items); NaN where an item was not seen, which leaves the submission out for it.
        rest: Points of all other items, (submissions, items).

    Returns:
        The correlations, (items,), and those of `REPLICATES` replicates, (replicates, items); NaN without variation.
    """
    weights = replicate_weights(len(items))
    return _correlations(np.ones((1, len(items))), items, rest)[0], _correlations(weights, items, rest)


def replicate_weights(count: int) -> np.ndarray:
    """Return how often each of ``count`` submissions is drawn: (replicates, submissions)."""
    generator = np.random.default_rng(SEED)
    return generator.multinomial(count, np.full(count, 1 / count), size=REPLICATES).astype(float)


def _correlations(weights: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return weighted correlations of columns, (replicates, items)."""
    seen = np.isfinite(x)
    # Centred first: sums of squares of large numbers would lose the digits of small differences.
    x = np.where(seen, x - np.nansum(x, axis=0) / np.maximum(seen.sum(axis=0), 1), 0.0)
    y = np.where(seen, y - y.mean(axis=0), 0.0)
    total = weights @ seen
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_x, mean_y = weights @ x / total, weights @ y / total
        var_x = weights @ x**2 / total - mean_x**2
        var_y = weights @ y**2 / total - mean_y**2
        covariance = weights @ (x * y) / total - mean_x * mean_y
        tiny = 1e-12
        varies = (var_x > tiny) & (var_y > tiny)
        return np.where(varies, covariance / np.sqrt(np.where(varies, var_x * var_y, 1.0)), np.nan)


def _alpha(records: Sequence[Record]) -> tuple[Correlation | None, str]:
    whole = [record for record in records if not any(problem.unresolved for problem in record.problems)]
    names = list(dict.fromkeys(problem.id for record in whole for problem in record.problems))
    scores = [[result.score if (result := record.problem(name)) else math.nan for name in names] for record in whole]
    table = np.array([row for row in scores if all(map(math.isfinite, row))])
    if len(table) < LEAST:
        return None, f"fewer than {LEAST} hand-ins"
    if len(names) < 2:
        return None, "fewer than two problems"
    value = float(cronbach_alpha(table, np.ones((1, len(table))))[0])
    samples = cronbach_alpha(table, replicate_weights(len(table)))
    if not math.isfinite(value):
        return None, "all have the same points"
    low, high = np.nanpercentile(samples, [TAIL_PERCENT, 100 - TAIL_PERCENT])
    return Correlation(value, float(low), float(high)), ""


def cronbach_alpha(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return Cronbach's alpha: how far problems measure one thing, so that other ones would rank students alike.

    ``k / (k - 1) * (1 - sum(var_i) / var_total)`` (L. J. Cronbach, Psychometrika 16 (1951) 297-334). It is taken over
    problems: tests of one problem fail together for one mistake, which would be taken for agreement.

    Args:
        scores: Points, (submissions, problems), with nothing missing.
        weights: How often each submission counts, (replicates, submissions).

    Returns:
        One for each replicate, (replicates,); NaN where all have the same total.
    """
    count = scores.shape[1]
    scores = scores - scores.mean(axis=0)
    total, n = scores.sum(axis=1), weights.sum(axis=1)
    single = (weights @ scores**2 / n[:, None] - (weights @ scores / n[:, None]) ** 2).sum(axis=1)
    whole = weights @ total**2 / n - (weights @ total / n) ** 2
    varies = whole > 1e-12
    return np.where(varies, count / (count - 1) * (1 - single / np.where(varies, whole, 1.0)), np.nan)
