"""One attack on this kit: what it gained, what it hit, what it cost, and whether the next hand-in was marked as ever."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

from autograder.limits import Limits
from autograder.mark import mark_file
from autograder.results import Record, Status, dump_record
from tests.hostile.attack import Attack, Part
from tests.hostile.controls import hand_in, shown_in, write
from tests.hostile.yard import Yard

# So short that everything that hangs can be waited for.
LIMITS = Limits(cell=1.5, test=0.7, wall_factor=1.0, wall_extra=2.0, grace=0.5, startup=60.0, deaths=2)
MEMORY_MB = 150
SECONDS = 40
RIGHT = Attack("honest", "right", "Right code.", (Part("double", "def double(x): return 2 * x"),))


@dataclass(frozen=True)
class Trial:
    """What came of an attack here.

    Attributes:
        gained: Points over the honest same code.
        harm: What it hit.
        megabytes: By how much the grader's memory grew at most.
        seconds: How long the marking took.
        status: The record's.
        neighbour: Whether a right hand-in, marked next, got its full points.
    """

    gained: float
    harm: tuple[str, ...]
    megabytes: float
    seconds: float
    status: Status
    neighbour: bool

    @property
    def held(self) -> bool:
        """Whether the kit held."""
        within = self.megabytes <= MEMORY_MB and self.seconds <= SECONDS
        return self.gained <= 0 and not self.harm and within and self.neighbour and self.status is not Status.GRADER_ERROR


def attempt(attack: Attack, yard: Yard) -> Trial:
    """Mark an attack, and then a right hand-in in the same process."""
    expected = honest_score(attack.honest(), yard)
    file = write(hand_in(attack, yard), yard.home / "ada" / "arithmetic.ipynb")
    yard.look()
    memory, started = Peak(), time.monotonic()
    record, notebook = mark_file(yard.assignment, file, LIMITS)
    seconds = time.monotonic() - started
    grown = memory.grown()
    shown = shown_in(notebook) + dump_record(record).decode()
    json.loads(dump_record(record))
    return Trial(
        gained=round(record.score - expected, 4),
        harm=tuple(yard.harm(shown)),
        megabytes=grown,
        seconds=seconds,
        status=record.status,
        neighbour=full_points(yard),
    )


@cache
def honest_score(attack: Attack, yard: Yard) -> float:
    """Return what the code without the attack gets here."""
    return marked(attack, yard).score


def full_points(yard: Yard) -> bool:
    """Return whether a right hand-in gets its full points."""
    record = marked(RIGHT, yard)
    return record.score == record.max_score


def marked(attack: Attack, yard: Yard) -> Record:
    """Return the record of a hand-in."""
    file = write(hand_in(attack, yard), yard.home / "ben" / "arithmetic.ipynb")
    return mark_file(yard.assignment, file, LIMITS)[0]


class Peak:
    """The most memory that this process has held since this was made, over what it held then."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # forgets the peak so far
        self._before = psutil.Process().memory_info().rss

    def grown(self) -> float:
        """Return it in megabytes."""
        lines = Path("/proc/self/status").read_text().splitlines()
        peak = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmHWM"))
        return max(0.0, (peak - self._before) / 2**20)
