"""Decides at which level of the sandbox kernels mark, and what they may read besides what every kernel reads.

People know the level as the isolation level: the options, the configuration and the record call it so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.kernel.sandbox.levels import Level, best

ADVICE = "`autograder doctor` tells what is missing and what to do"


class WeakIsolationError(Exception):
    """Submissions would be marked in a weaker sandbox than they must be; the message says why and what to do."""


@dataclass(frozen=True)
class Isolation:
    """The sandbox that the kernels of one marking are started in.

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
        weaker: Whether somebody has accepted less than the full sandbox.

    Raises:
        UnsupportedSystemError: No level is available on this machine.
        WeakIsolationError: The level is not available on this machine, or is less than full and nobody accepted that.
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
    """Return the sandbox for an assignment's submissions; the assignment's data is built first where it is missing."""
    data = assignment.prepare_data()
    return Isolation(level, tuple(data.values()), {name: str(path) for name, path in data.items()})
