"""Says what happens when: the same seed gives the same plan.

Time is counted in steps: one for each hand-in that is acknowledged, and one for each that is marked. So a plan is the
same on a slow machine and on a fast one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Blow(StrEnum):
    """What can happen to a server."""

    SERVER = "web server killed"
    MARKER = "marker killed, with its own scheduler"
    WORKER = "worker killed"
    SCHEDULER = "dask scheduler killed"
    CONNECTIONS = "database connections cut"
    DISK = "disk full"
    CLOCK = "clock an hour back"
    CLOCK_RIGHT = "clock right again"
    DATABASE = "database gone for a minute"


KILLS = (Blow.SERVER, Blow.MARKER, Blow.WORKER, Blow.SCHEDULER, Blow.CONNECTIONS)
# Each happens once, after about that share of all steps.
ONCE = {Blow.DISK: 0.25, Blow.CLOCK: 0.5, Blow.CLOCK_RIGHT: 0.65, Blow.DATABASE: 0.8}


@dataclass(frozen=True, order=True)
class Happening:
    """Something that happens.

    Attributes:
        after: After so many steps.
        blow: What it is.
    """

    after: int
    blow: Blow


def plan(rng: random.Random, hand_ins: int, kills: int, once: dict[Blow, float]) -> list[Happening]:
    """Return what happens, in order.

    Args:
        rng: Decides when and what.
        hand_ins: How many hand-ins there are.
        kills: How often something is killed: each kind as often as any other, as far as that goes.
        once: What happens once besides, with the share of all steps after which it does.
    """
    steps = 2 * hand_ins
    kinds = [KILLS[number % len(KILLS)] for number in range(kills)]
    # Not after the last hand-ins: what is hurt then hurts nobody.
    made = [Happening(rng.randint(1, round(0.95 * steps)), kind) for kind in kinds]
    made += [Happening(round(share * steps) + rng.randint(-2, 2), kind) for kind, share in once.items()]
    return sorted(made)
