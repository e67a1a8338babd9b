"""What is fuzzed: an entry point of the kit, what it is given, and what it may do with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

Cases = Callable[[int], Iterator[bytes]]


@dataclass(frozen=True)
class Target:
    """An entry point.

    Attributes:
        name: Its name.
        cases: Makes inputs without end from a seed, the same ones each time.
        run: Gives one input to the entry point; raises `Wrong` when what comes of it is not right.
        expected: The exceptions that the entry point is documented to raise.
        seconds: Seconds of processor time that one input may take, whatever its size.
        per_megabyte: Seconds that it may take for each megabyte besides.
    """

    name: str
    cases: Cases
    run: Callable[[bytes], object]
    expected: tuple[type[BaseException], ...] = ()
    seconds: float = 5.0
    per_megabyte: float = 20.0

    def limit(self, data: bytes) -> float:
        """Return the seconds of processor time that an input may take."""
        return self.seconds + self.per_megabyte * len(data) / 1e6


class Wrong(Exception):
    """An entry point did not raise, but what it did is wrong."""


def drawn(make: Callable[[Random], bytes]) -> Cases:
    """Return cases that are drawn one by one, each from the seed and its own number."""
    return lambda seed: (make(Random(f"{seed}:{number}")) for number in itertools.count())
