"""Tells a marker's process what it is to do; the supervisor writes it, and the marker reads it."""

from __future__ import annotations

import msgspec

from autograder.kernel.sandbox.levels import Level

# After it was told to stop, what a marker has under way may take so long, in seconds.
GRACE_SECONDS = 15.0
# How a marker ends: where somebody has to look at the course or the machine; and where what it marks with has changed,
# so that another is to be started at once.
FATAL_EXIT, STALE_EXIT = 3, 4


class Order(msgspec.Struct, frozen=True):
    """What a marker is to do.

    Attributes:
        owner: Its name in leases.
        data: The server's folder.
        database: The database's URL.
        course_id: The course's row.
        slug: The course's name in addresses.
        root: The course's folder.
        assignment: The assignment.
        jobs: How many are marked at once; None for one for each core.
        scheduler: The address of a dask scheduler whose workers mark instead.
        level: The level of the sandbox that is asked for.
        weaker: Whether a level below full is acceptable.
        at_once: How many of one student's are marked at once.
    """

    owner: str
    data: str
    database: str
    course_id: int
    slug: str
    root: str
    assignment: str
    jobs: int | None = None
    scheduler: str | None = None
    level: Level | None = None
    weaker: bool = False
    at_once: int = 2
