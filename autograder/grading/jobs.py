"""Decides how many processes one machine runs at once, so that its cores are neither idle nor fought over."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil

from autograder.course.course import CourseError
from autograder.kernel.sandbox.policy import POLICY

# Memory that a marking process, its zygote and what they keep may take together, in bytes.
GRADER = 1 << 30


@dataclass(frozen=True)
class Jobs:
    """Processes of one machine.

    Attributes:
        count: How many there are.
        memory: Bytes that each may use; one that uses more is ended, and another takes its place.
    """

    count: int
    memory: int


def cores() -> int:
    """Return how many cores this process may use."""
    # A container or taskset can give a process fewer cores than the machine has.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def jobs(wanted: int | None = None) -> Jobs:
    """Return how many submissions are marked at once: one for each core, or fewer where memory is short.

    Args:
        wanted: How many somebody asked for; None for what fits.

    Raises:
        CourseError: ``wanted`` is less than 1.
    """
    if wanted is not None:
        if wanted < 1:
            raise CourseError(f"{wanted} jobs: ask for one or more, or leave it out for one for each core")
        return Jobs(wanted, GRADER)
    # A marking process, and a kernel at the limit of its memory, for each.
    fit = int(psutil.virtual_memory().available // (GRADER + POLICY.memory))
    # Never none: a machine short of memory still marks, one submission at a time.
    return Jobs(max(1, min(cores(), fit)), GRADER)
