"""How far the kernels of one marking are shut in, and what they may see besides what every kernel sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.assignment import Assignment
from autograder.kernel.levels import Level


class WeakIsolationError(Exception):
    """Marking would be less isolated than it must be; the message says why, and what to do."""


@dataclass(frozen=True)
class Isolation:
    """What the kernels of one marking are started with.

    Attributes:
        level: How far they are shut in.
        readable: Paths that they may read, besides the kit's own packages and Python.
        variables: Environment variables that they get.
    """

    level: Level
    readable: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


def isolation_for(assignment: Assignment, level: Level) -> Isolation:
    """Return the isolation for hand-ins of an assignment, whose data is built first if it isn't there yet."""
    data = assignment.prepare_data()
    return Isolation(level, tuple(data.values()), {name: str(path) for name, path in data.items()})
