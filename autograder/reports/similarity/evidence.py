"""Weighs what two hand-ins share by how few others have it.

**Rarity.** A unit that two of 300 hand-ins have is worth log2(299 / 1) = 8.2 bits to the pair: of the others, one in
299 has it. What half of them have is worth nothing.

**Consequences.** Who has one odd idea writes what follows from it. So a unit is worth what it adds to rarer ones that
the two share in the same problem: among the *others* who have the rarer one, how many have this one, too? At least a
small part of its worth is left, because a source that a dozen have copied looks like an idea that a dozen have had.

**Differences.** What one of the two has in a problem and the other has not speaks against a copy there. A problem never
counts less than nothing: who copies one function writes the others.

The sum orders pairs. It is no probability: that idea of chance knows nothing of lectures, books and friends who talk.
Its threshold is measured (docs/reference/similarity.md).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from autograder.reports.similarity.answers import HandIn
from autograder.reports.similarity.units import Unit, UnitKind

# What more than this share of all has is a natural way to write it.
COMMON = 0.5
# The threshold in bits: see docs/reference/similarity.md for what it finds, and what it takes for alike.
THRESHOLD = 60.0
# How many hand-ins the plain rarity of a unit counts for beside those that have a rarer one, too; what is left of a
# unit's worth at least; and what a structure costs that only one of the two has, in bits.
PLAIN_WEIGHT, LEFT, DIFFERENCE = 3.0, 0.15, 1.0
# How alike two layouts are by chance, where nobody else wrote the same tokens; how many hand-ins that guess counts for.
LAYOUT_CHANCE, LAYOUT_WEIGHT = 0.5, 2.0
# What a unit is counted as: names and texts are the same anywhere, all else in its problem.
Key = tuple[str, Unit]
Lines = tuple[int, ...]


@dataclass(frozen=True)
class Shared:
    """A unit that two hand-ins share.

    Attributes:
        unit: What.
        holders: How many hand-ins have it, these two among them.
        bits: What it is worth.
        lines: Its lines in the one and in the other, from 1.
    """

    unit: Unit
    holders: int
    bits: float
    lines: tuple[Lines, Lines]


@dataclass(frozen=True)
class InProblem:
    """What two hand-ins share in one problem.

    Attributes:
        problem: The problem.
        bits: What it is worth, differences taken off.
        shared: What they share that is worth something, in the order of the one's lines.
        differences: How many structures only one of them has.
    """

    problem: str
    bits: float
    shared: list[Shared]
    differences: int


@dataclass(frozen=True)
class Pair:
    """Two hand-ins and what they share.

    Attributes:
        one: A hand-in of the class.
        other: Another one of the class, or one of an earlier year.
        problems: What they share, where it is worth something.
    """

    one: HandIn
    other: HandIn
    problems: list[InProblem]

    @property
    def bits(self) -> float:
        """What all is worth."""
        return sum(problem.bits for problem in self.problems)

    def by_kind(self) -> dict[UnitKind, float]:
        """Return what each kind of unit is worth, before differences are taken off."""
        units = [one for problem in self.problems for one in problem.shared]
        return {kind: sum(one.bits for one in units if one.unit.kind is kind) for kind in UnitKind}


@dataclass
class _Answer:
    """Where the units of one answer stand, and how many structures it has."""

    lines: dict[Unit, Lines] = field(default_factory=dict)
    structures: int = 0


class HandInComparison:
    """Compares hand-ins with each other, those of earlier years only with those of the class.

    Args:
        hand_ins: Those of the class, and those of earlier years.

    Attributes:
        hand_ins: The same.
    """

    def __init__(self, hand_ins: Sequence[HandIn]) -> None:
        self.hand_ins = hand_ins
        self._answers = [_places(one) for one in hand_ins]
        holders: dict[Key, list[int]] = {}
        for number, problems in enumerate(self._answers):
            for key in {key_of(problem, unit) for problem, answer in problems.items() for unit in answer.lines}:
                holders.setdefault(key, []).append(number)
        self._holders = holders
        self._sets = {key: sum(1 << number for number in numbers) for key, numbers in holders.items()}
        self._spelt: dict[tuple[str, str], int] = defaultdict(int)
        for (problem, unit), members in self._sets.items():
            if unit.kind is UnitKind.LAYOUT:
                self._spelt[problem, unit.within] |= members
        self._worth = {key: self._plain_worth(key) for key, numbers in holders.items() if len(numbers) > 1}

    def _plain_worth(self, key: Key) -> float:
        """Return what a unit is worth by its rarity alone, in bits."""
        size, holders = len(self.hand_ins), len(self._holders[key])
        if holders > max(2, COMMON * size):
            return 0.0
        problem, unit = key
        if unit.kind is not UnitKind.LAYOUT:
            return math.log2((size - 1) / (holders - 1))
        # Of the others who wrote the same tokens, how many set them the same way?
        others, same = self._spelt[problem, unit.within].bit_count() - 2, holders - 2
        return -math.log2((same + LAYOUT_CHANCE * LAYOUT_WEIGHT) / (others + LAYOUT_WEIGHT))

    @cached_property
    def most(self) -> np.ndarray:
        """What each pair shares at most, by rarity alone, in bits: shape (hand-ins, hand-ins); 0 for no pair."""
        size = len(self.hand_ins)
        bits = np.zeros((size, size), dtype=np.float32)
        for key, worth in self._worth.items():
            if worth:
                bits[np.ix_(self._holders[key], self._holders[key])] += worth
        earlier = np.array([bool(one.year) for one in self.hand_ins], dtype=bool)
        bits[np.outer(earlier, earlier)] = 0
        return np.triu(bits, 1)

    def pairs(self, threshold: float = THRESHOLD) -> list[Pair]:
        """Return the pairs that share at least so many bits, the most alike first."""
        first, second = np.nonzero(self.most >= max(threshold, 1e-6))
        found = [self.pair(one, other) for one, other in zip(first.tolist(), second.tolist(), strict=True)]
        alike = [pair for pair in found if pair.bits >= threshold]
        return sorted(alike, key=lambda pair: (-pair.bits, pair.one.student, pair.other.year, pair.other.student))

    def pair(self, one: int, other: int) -> Pair:
        """Return what two hand-ins share, by their places; a name or a text counts once, where both have it first."""
        if self.hand_ins[one].year:
            one, other = other, one
        seen: set[Key] = set()
        made = []
        for problem, mine in self._answers[one].items():
            theirs = self._answers[other].get(problem)
            if theirs is None:
                continue
            keys = [key for unit in mine.lines if unit in theirs.lines and (key := key_of(problem, unit)) not in seen]
            seen.update(keys)
            same = sum(key[1].kind is UnitKind.STRUCTURE for key in keys)
            differences = mine.structures + theirs.structures - 2 * same
            bits = self._bits([key for key in keys if self._worth[key]])
            total = sum(bits.values()) - DIFFERENCE * differences
            if total > 0:
                shared = [
                    Shared(unit, len(self._holders[key]), worth, (mine.lines[unit], theirs.lines[unit]))
                    for key, worth in bits.items()
                    for unit in key[1:]
                ]
                made.append(InProblem(problem, total, sorted(shared, key=lambda one: one.lines), differences))
        return Pair(self.hand_ins[one], self.hand_ins[other], made)

    def _bits(self, keys: list[Key]) -> dict[Key, float]:
        """Return what units of one problem are worth together, the rarest first."""
        made: dict[Key, float] = {}
        # By those who have them, each once: two students can share thousands of units that nobody else has.
        rarer: dict[int, int] = {}
        for key in sorted(keys, key=lambda one: (len(self._holders[one]), one[1].kind, one[1].key)):
            worth = self._worth[key]
            # It is judged by its tokens already.
            if key[1].kind is UnitKind.LAYOUT:
                made[key] = worth
                continue
            plain, members = 2.0**-worth, self._sets[key]
            chance = plain
            for others, size in rarer.items():
                both = (others & members).bit_count() - 2
                chance = max(chance, (both + PLAIN_WEIGHT * plain) / (size - 2 + PLAIN_WEIGHT))
            made[key] = max(-math.log2(chance), LEFT * worth)
            rarer[members] = len(self._holders[key])
        return made


def key_of(problem: str, unit: Unit) -> Key:
    """Return what a unit is counted as."""
    return ("" if unit.kind in (UnitKind.NAME, UnitKind.TEXT) else problem, unit)


def _places(hand_in: HandIn) -> dict[str, _Answer]:
    made: dict[str, _Answer] = {}
    for answer in hand_in.answers:
        units: dict[Unit, set[int]] = {}
        for found in answer.units:
            units.setdefault(found.unit, set()).update(range(found.first, found.last + 1))
        structures = sum(unit.kind is UnitKind.STRUCTURE for unit in units)
        made[answer.problem] = _Answer({unit: tuple(sorted(lines)) for unit, lines in units.items()}, structures)
    return made
