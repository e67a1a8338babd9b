"""Gives student code another user than root, and takes all privileges away from it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from . import syscalls
from .syscalls import CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID

# No system gives out users from here on: systemd's list of them, https://systemd.io/UIDS-GIDS/.
FIRST_UNUSED = 1_900_000_000
# Where a container has no such users, the last ones that it is sure to have.
FIRST_SMALL, COUNT_SMALL = 60_100, 5_000
# What a zygote that was started as root keeps at level no-userns: it gives each kernel a user and a folder of its own,
# and ends it.
FORKING = frozenset({CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID})


def is_root() -> bool:
    """Return whether this process can become another user."""
    return os.geteuid() == 0


def unused_uid(number: int) -> int:
    """Return a user id that nobody has; it differs for each process number, as far as this machine has so many."""
    wanted = FIRST_UNUSED + number
    for line in Path("/proc/self/uid_map").read_text().splitlines():
        first, _, count = map(int, line.split())
        if first <= wanted < first + count:
            return wanted
    return FIRST_SMALL + number % COUNT_SMALL


def become(uid: int, kept: frozenset[int] = frozenset()) -> None:
    """Become a user and its group, keep no capabilities but these, and keep access to /proc/self."""
    # The system drops all capabilities when root becomes another user, unless this was set.
    syscalls.prctl(syscalls.PR_SET_KEEPCAPS, 1 if kept else 0)
    try:
        # Groups first, then the group, then the user: each needs the rights that the next one gives up.
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    except OSError as fault:
        raise OSError(fault.errno, f"becoming another user: {fault.strerror}") from fault
    syscalls.set_capabilities(kept)
    # A process that changed users belongs to root in /proc until it is dumpable again; maps of users are written there.
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)


def check_readable(paths: Iterable[Path]) -> None:
    """Check that this user can read what student code needs.

    Raises:
        OSError: It cannot.
    """
    for path in paths:
        # Asked as the new user: an installation below /root, for example, is closed to it.
        if not os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
            raise OSError(f"a user other than root cannot read {path}")


def has(capability: int) -> bool:
    """Return whether this process has a capability."""
    status = Path("/proc/self/status").read_text().splitlines()
    effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return bool(effective & 1 << capability)


def threads_running() -> int:
    """Return how many threads this user has; all of them count towards the limit of its processes."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if folder.stat().st_uid == os.getuid():
                total += len(os.listdir(folder / "task"))
        except OSError:  # it has ended meanwhile, or is another's
            continue
    return total


def map_to(inside: int, uid: int, gid: int) -> None:
    """Map the only user and group of a new user namespace."""
    # user_namespaces(7): without it an ordinary user may not write gid_map, lest a group be dropped that denies access.
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {gid} 1")
