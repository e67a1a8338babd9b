"""Shuts the calling process in: the steps from a fresh fork to the first line of student code."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..paths import PACKAGE
from . import credentials, filesystem, landlock, seccomp, syscalls
from .levels import Level
from .policy import Policy


class SandboxError(Exception):
    """A step of the isolation failed; the text begins with it, and `autograder doctor` says what to do."""


@dataclass(frozen=True)
class Room:
    """What one kernel gets.

    Attributes:
        scratch: Its working folder, as it sees it. At level full it is `root.SCRATCH` or lies in it, where the kernel
            has a file system of its own, and is made; elsewhere it is a folder that exists.
        readable: Paths that it may read, beside the system's. At level full they are among those of its zygote.
        keep: Descriptors that survive.
    """

    scratch: Path
    readable: tuple[Path, ...]
    keep: tuple[int, ...]


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Name what is being done, should it fail."""
    try:
        yield
    except OSError as fault:
        raise SandboxError(f"{name}: {fault.strerror or fault}") from fault


def confine(level: Level, policy: Policy, room: Room, told: int) -> None:
    """Shut this process in.

    Args:
        level: How far.
        policy: What it may do.
        room: What it gets.
        told: A descriptor that stays open besides.
    """
    if level is Level.OFF:
        os.setpgid(0, 0)
        die_with_parent()
        return
    with step("descriptors, signals and its place when memory runs out"):
        keep_descriptors({*room.keep, told})
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        Path("/proc/self/oom_score_adj").write_text(str(policy.first_to_go))
    if level is Level.FULL:
        with step("a folder and a process list of its own"):
            filesystem.furnish(policy, room.scratch)
    else:
        with step("a user and a folder of its own"):
            settle_outside(room.scratch)
    with step("limits"):
        set_limits(policy, level)
    with step("giving up privileges"):
        syscalls.set_capabilities()
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
        # A crash would be handed to the host's handler of core dumps, whatever the limit on their size.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    with step("Landlock"):
        restrict_paths(level, policy, room)
    with step("the filter of system calls"):
        seccomp.apply(policy, level)


def keep_descriptors(kept: set[int]) -> None:
    """Make the standard descriptors /dev/null, and close all others but these."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    last = 2
    for number in sorted(kept):
        os.closerange(last + 1, number)
        last = number
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def settle_outside(scratch: Path) -> None:
    """Become, where the zygote was started as root, a user of this kernel only; move into its folder."""
    if credentials.has(syscalls.CAP_SETUID):
        uid = credentials.unused_uid(os.getpid())
        os.chown(scratch, uid, uid)
        credentials.become(uid)
        # Becoming another user has closed /proc/self to it, where it is said which process is to go first.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    die_with_parent()
    os.chdir(scratch)


def set_limits(policy: Policy, level: Level) -> None:
    """Set what a process may use; nothing can raise it again."""
    import resource  # which Windows does not have

    limits = {
        resource.RLIMIT_AS: address_space() + policy.memory,
        resource.RLIMIT_NPROC: policy.threads + (credentials.threads_running() if level is Level.NO_USERNS else 0),
        resource.RLIMIT_FSIZE: policy.scratch_bytes,
        resource.RLIMIT_NOFILE: policy.descriptors,
        resource.RLIMIT_SIGPENDING: policy.signals,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))


def address_space() -> int:
    """Return the most bytes of address space that this process has had."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPeak:")) * 1024


def restrict_paths(level: Level, policy: Policy, room: Room) -> None:
    """Apply Landlock; at level full it is the second wall, which a kernel without it does not have."""
    devices = [Path(device) for device in policy.devices]
    if level is Level.NO_USERNS:
        landlock.apply(outside_paths(policy, room.readable), [room.scratch], devices)
    elif syscalls.landlock_abi():
        landlock.apply([Path("/")], [filesystem.SCRATCH], devices)


def outside_paths(policy: Policy, readable: Iterable[Path]) -> Iterator[Path]:
    """Yield what may be read where a kernel sees the machine's own folders: never the staff's part of the kit."""
    for given in (*map(Path, policy.system_paths), *readable):
        path = given.resolve()
        filesystem.check_staff([path])
        yield from landlock.without(path, PACKAGE)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent's thread ends."""
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
