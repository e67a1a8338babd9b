"""Names the levels of the sandbox, and finds out which of them this machine offers."""

from __future__ import annotations

import enum
import functools
import json
import subprocess
import sys
from dataclasses import dataclass

from ..paths import KIT
from .remedies import PAGE

PROBE_SECONDS = 60


class Level(enum.StrEnum):
    """How much of the sandbox is around a kernel, the strongest level first: `best` and others rely on the order."""

    FULL = "full"
    NO_USERNS = "no-userns"
    OFF = "off"


@dataclass(frozen=True)
class ProbeResult:
    """The outcome of one `probe.Probe` on this machine.

    Attributes:
        name: The part of the sandbox that was tried, as people are told.
        works: Whether this machine offers it.
        outcome: The error, or what was found where it works.
        remedy: What to do about the error; empty where it works.
        needed_for: The levels that are not available without it.
    """

    name: str
    works: bool
    outcome: str
    remedy: str
    needed_for: tuple[Level, ...]


class UnsupportedSystemError(Exception):
    """Student code cannot be run on this system at any level; the message says what to do."""


@functools.cache
def probe() -> tuple[ProbeResult, ...]:
    """Try each part of the sandbox in a process of its own, and return the outcomes.

    The answer is kept: a machine does not change while one process of the grader runs, and probing takes a while.
    """
    if not sys.platform.startswith("linux"):
        return (elsewhere(),)
    # A program of its own, not a fork: probes need a process with one thread, and the grader may have more.
    command = [sys.executable, "-P", "-m", f"{__package__}.probe"]
    ended = subprocess.run(
        command,
        env={"PYTHONPATH": str(KIT)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=PROBE_SECONDS,
        check=False,
    )
    if ended.returncode:
        fault = (ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"])[-1]
        return (ProbeResult("The probe itself", False, fault, "Report this.", (Level.FULL, Level.NO_USERNS)),)
    return tuple(
        ProbeResult(**{**one, "needed_for": tuple(map(Level, one["needed_for"]))}) for one in json.loads(ended.stdout)
    )


def elsewhere() -> ProbeResult:
    """Return what this system lacks, which is not Linux."""
    if sys.platform == "win32":
        remedy = f"Install the kit in WSL2, which is Linux, or run its container image ({PAGE} says how)."
        return ProbeResult("Linux or macOS", False, "the kit runs no notebook on Windows itself", remedy, tuple(Level))
    # Taken to be like macOS, whatever it is.
    remedy = (
        f"Run the kit's container image, whose virtual machine has Linux ({PAGE} says how), or mark only code that you"
        " trust, at level off."
    )
    return ProbeResult("Linux", False, f"this is {sys.platform}", remedy, (Level.FULL, Level.NO_USERNS))


def best() -> Level:
    """Return the strongest level that this machine offers.

    Raises:
        UnsupportedSystemError: It offers none.
    """
    lacking = {level for one in probe() if not one.works for level in one.needed_for}
    for level in Level:
        if level not in lacking:
            return level
    raise UnsupportedSystemError(". ".join(f"{one.outcome}. {one.remedy}" for one in probe() if not one.works))
