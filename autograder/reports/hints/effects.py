"""Says of each hint whether those who had it fixed their problem more often at their next attempt than others.

What comes in are retries: next attempts of students who had opened the feedback on an attempt with a mistake. Students
of both groups have made the same mistake, at the same attempt number, and have opened their feedback; one group's had
the hint in it. Nobody drew lots for who got it: see `CANNOT_TELL`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from autograder.course.results import Kind
from autograder.reports.item_analysis import NORMAL_95
from autograder.reports.shares import LEVEL, MeanShare, ShareDifference, holm, share_difference

# A hint that lets three students in ten more fix their problem is worth its place; see `enough`.
WORTH = 0.3


class Without(StrEnum):
    """Why somebody who opened their feedback had no hint in it."""

    SETTING = "setting"
    EDITION = "edition"


class HintFinding(StrEnum):
    """What can be said of a hint after all of a class have been looked at together."""

    MORE = "fixed more often with it"
    LESS = "fixed less often with it"
    NONE = "no difference is told"


CANNOT_TELL = (
    "Nobody drew lots for who got a hint. Those without it are from before a setting or the catalogue was changed: "
    "they handed in at another time, and may be other students (early or late, eager or not).",
    "Where the catalogue did not know the mistake yet, students read neither its name nor its hint, but perhaps a more "
    "general one; where a setting lets hints come later, they read the name. Both count as without.",
    "With it means: the hint was on a page, or in a file, that the student opened before handing in again. Whether a "
    "folded hint was unfolded, or any was read, is not known; nor is what students told each other.",
    "Fixed means: the next attempt has all points of the problem. Why it has, and whether anything was learned, is not "
    "known.",
    "Who did not open the feedback, or never handed in again, is in neither group.",
)


@dataclass(frozen=True)
class Hint:
    """A hint that students get.

    Attributes:
        problem: The problem's name.
        mistake: The name of the misconception or the pattern behind which it stands.
        kind: Which of the two it is.
        title: What the code does, in English.
        text: The hint, in English.
    """

    problem: str
    mistake: str
    kind: Kind
    title: str
    text: str


@dataclass(frozen=True)
class Retry:
    """A student's next attempt, after one that showed a mistake and whose feedback they had opened.

    Attributes:
        student: Tells students apart.
        problem: The problem.
        mistake: The name of the mistake.
        attempt: The number of the attempt that showed it.
        fixed: Whether the next one has all points of the problem.
        without: Why they had no hint; None where they had it.
    """

    student: Hashable
    problem: str
    mistake: str
    attempt: int
    fixed: bool
    without: Without | None = None


@dataclass(frozen=True)
class Retries:
    """What a class did after its mistakes.

    Attributes:
        retries: Next attempts of those who had opened the feedback.
        hints: The hints, by problem and mistake, in the order of the notebook.
        unopened: How many handed in again without having opened the feedback, by problem and mistake.
        stopped: How many attempts showed a mistake and were the last, by problem and mistake.
        unread: How many attempts are left out because their records cannot be read.
    """

    retries: Sequence[Retry]
    hints: Mapping[tuple[str, str], Hint]
    unopened: Counter[tuple[str, str]] = field(default_factory=Counter)
    stopped: Counter[tuple[str, str]] = field(default_factory=Counter)
    unread: int = 0


@dataclass(frozen=True)
class HintGroup:
    """Those with a hint, or those without it.

    Attributes:
        fixed: How many of them fixed the problem at their next attempt.
        count: How many they are.
        share: The share that fixed it, weighted so that both groups have the same attempt numbers.
    """

    fixed: int
    count: int
    share: MeanShare


@dataclass(frozen=True)
class Effect:
    """What can be said of one hint.

    Attributes:
        hint: The hint; None for all of them together.
        with_it: Those who had it, of attempt numbers at which others had not; None where there are none.
        without: Those who had not; None where there are none.
        reasons: Why they had not, and how many for each reason.
        elsewhere: How many are left out: at the number of their attempt, all had it or nobody had.
        unopened: How many are left out since they had not opened the feedback.
        stopped: How many attempts showed the mistake and were the last.
        difference: The share that fixed it with the hint less that without; None where it is refused.
        refused: Why it is; empty where it is not.
        adjusted: Its p-value, corrected for all hints; None where there is none.
        finding: What can be said; None where the class is too small to tell.
    """

    hint: Hint | None
    with_it: HintGroup | None = None
    without: HintGroup | None = None
    reasons: Counter[Without] = field(default_factory=Counter)
    elsewhere: int = 0
    unopened: int = 0
    stopped: int = 0
    difference: ShareDifference | None = None
    refused: str = ""
    adjusted: float | None = None
    finding: HintFinding | None = None


def hint_effects(found: Retries) -> list[Effect]:
    """Return what can be said of each hint that somebody had or missed, and first of all hints together.

    A student counts once for a hint, with the first mistake of the kind after which there is a retry: what one student
    does twice is no two things. Of all hints together, a student counts once as well.
    """
    by_hint: dict[tuple[str, str], list[Retry]] = {key: [] for key in found.hints}
    for one in found.retries:
        by_hint[one.problem, one.mistake].append(one)
    once = {key: first_of_each(retries) for key, retries in by_hint.items()}
    made = [
        replace(_effect(once[key]), hint=hint, unopened=found.unopened[key], stopped=found.stopped[key])
        for key, hint in found.hints.items()
    ]
    if len(made) > 1:
        made.insert(0, _all_together([one for retries in once.values() for one in retries]))
    chances = iter(holm([one.difference.chance for one in made if one.difference]))
    return [_judged(one, next(chances)) if one.difference else one for one in made]


def first_of_each(retries: Iterable[Retry]) -> list[Retry]:
    """Return the first retry of each student."""
    firsts: dict[Hashable, Retry] = {}
    for one in sorted(retries, key=lambda retry: retry.attempt):
        firsts.setdefault(one.student, one)
    return list(firsts.values())


def _all_together(retries: Sequence[Retry]) -> Effect:
    def like(one: Retry) -> Hashable:
        return one.problem, one.mistake, one.attempt

    # Of what can be compared: else a student would count with what says nothing.
    some = first_of_each(both_sides(retries, like))
    return replace(_effect(some, like), elsewhere=len({one.student for one in retries}) - len(both_sides(some, like)))


def _effect(retries: Sequence[Retry], like: Callable[[Retry], Hashable] = lambda one: one.attempt) -> Effect:
    """Return the comparison of those with a hint and those without.

    Args:
        retries: At most one of each student.
        like: What those who are compared have in common.
    """
    compared = both_sides(retries, like)
    effect = Effect(
        None,
        reasons=Counter(one.without for one in compared if one.without is not None),
        elsewhere=len(retries) - len(compared),
    )
    if not compared:
        return replace(effect, refused=_why_none(retries))
    with_it, without = groups_of(compared, like)
    effect = replace(effect, with_it=with_it, without=without)
    if not enough(with_it.share.effective, without.share.effective):
        return replace(effect, refused="too few to tell")
    return replace(effect, difference=share_difference(without.share, with_it.share))


def _why_none(retries: Sequence[Retry]) -> str:
    if not retries:
        return "nobody has opened feedback on it and handed in again"
    had = sum(one.without is None for one in retries)
    if had == len(retries):
        return f"all {had} had the hint"
    if had == 0:
        return f"none of {len(retries)} had the hint"
    return "those with it and those without were at other attempt numbers"


def both_sides(retries: Sequence[Retry], like: Callable[[Retry], Hashable]) -> list[Retry]:
    """Return those retries for which there are others, alike, on the other side."""
    sides: dict[Hashable, set[bool]] = {}
    for one in retries:
        sides.setdefault(like(one), set()).add(one.without is None)
    return [one for one in retries if len(sides[like(one)]) > 1]


def groups_of(retries: Sequence[Retry], like: Callable[[Retry], Hashable]) -> tuple[HintGroup, HintGroup]:
    """Return those with a hint and those without, with shares in which both are made up alike.

    What is alike is compared with what is alike, and counts with the weight ``n1 n0 / (n1 + n0)`` of N. Mantel & W.
    Haenszel (J. Natl. Cancer Inst. 22 (1959) 719-748). The weighted share of a group says as much as
    ``(Σ w)² / Σ (w² / n)`` students that all weigh the same (L. Kish, Survey Sampling (1965) p. 427); its variance is
    below ``p (1 - p)`` over that number where shares differ between attempts, so that the interval is rather too wide.

    Args:
        retries: Of which each has others, alike, on the other side.
        like: What those who are compared have in common.
    """
    cells: dict[Hashable, tuple[list[bool], list[bool]]] = {}
    for one in retries:
        cells.setdefault(like(one), ([], []))[one.without is not None].append(one.fixed)
    weights = [len(had) * len(not_) / (len(had) + len(not_)) for had, not_ in cells.values()]
    had, missed = (_group([cell[side] for cell in cells.values()], weights) for side in (0, 1))
    return had, missed


def _group(cells: Sequence[list[bool]], weights: Sequence[float]) -> HintGroup:
    total = sum(weights)
    share = sum(weight * sum(cell) / len(cell) for cell, weight in zip(cells, weights, strict=True)) / total
    spread = sum(weight * weight / len(cell) for cell, weight in zip(cells, weights, strict=True))
    count = sum(map(len, cells))
    # Rounding alone could lift a share of all above 1.
    return HintGroup(sum(map(sum, cells)), count, MeanShare(min(1.0, share), count, total * total / spread))


def enough(with_it: float, without: float) -> bool:
    """Return whether groups of these sizes can tell a hint that is worth its place from one that does nothing.

    Where the hint does nothing, the 95 % interval of the difference reaches at most ``1.96 sqrt(1/(4 n1) + 1/(4 n0))``
    to either side (at a share of one half): that must be less than `WORTH`. It goes by sizes alone, before anything is
    seen of what they did: a rule by what was seen would let those intervals through that are narrow by chance.
    """
    return NORMAL_95 * math.sqrt(0.25 / with_it + 0.25 / without) < WORTH


def least_of_each() -> int:
    """Return how many students are needed with a hint, and as many without it: 22."""
    return next(count for count in range(1, 1000) if enough(count, count))


def _judged(one: Effect, adjusted: float) -> Effect:
    assert one.difference is not None
    finding = HintFinding.NONE
    if adjusted < LEVEL:
        finding = HintFinding.MORE if one.difference.value > 0 else HintFinding.LESS
    return replace(one, adjusted=adjusted, finding=finding)
