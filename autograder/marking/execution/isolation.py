"""Decides how far the kernels of one marking are isolated, and what they may see besides what every kernel sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.kernel.sandbox.levels import Level, best

ADVICE = "`autograder doctor` tells what is missing and what to do"


class WeakIsolationError(Exception):
    """Marking would be less isolated than it must be; the message says why and what to do."""


@dataclass(frozen=True)
class Isolation:
    """What the kernels of one marking are started with.

    Attributes:
        level: The level of the sandbox.
        readable: Paths that they may read, besides the kit's own packages and Python.
        variables: Environment variables that they get.
    """

    level: Level
    readable: tuple[Path, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


def admitted(wanted: Level | None, weaker: bool) -> Level:
    """Return the level at which submissions are marked.

    Args:
        wanted: The level that was asked for; None for the strongest that this machine offers.
        weaker: Whether somebody has said that less than full isolation is acceptable.

    Raises:
        WeakIsolationError: The machine does not offer the level, or it is less than full and nobody accepted that.
    """
    offered = best()
    level = wanted or offered
    strength = list(Level)
    if strength.index(level) < strength.index(offered):
        raise WeakIsolationError(f"isolation level {level} is not to be had on this machine: {ADVICE}")
    # Never silently: a machine that loses its namespaces after an update must not mark a class unprotected.
    if level is not Level.FULL and not weaker:
        raise WeakIsolationError(
            f"hand-ins would be marked at isolation level {level}, less than full: {ADVICE}; or, if you trust their "
            "authors, say so with --allow-weaker-isolation (in nbgrader_config.py: c.MarkCells.weaker_isolation = True)"
        )
    return level


def isolation_for(assignment: Assignment, level: Level) -> Isolation:
    """Return the isolation for an assignment's submissions; its data is built first if it isn't there yet."""
    data = assignment.prepare_data()
    return Isolation(level, tuple(data.values()), {name: str(path) for name, path in data.items()})
