"""Sandboxes the calling process: the steps from a fresh fork to the first line of student code."""

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
    """A step of sandboxing failed; the text begins with the step's name, and `autograder doctor` says what to do."""


@dataclass(frozen=True)
class Resources:
    """What a sandboxed process may use.

    Attributes:
        scratch: The working folder, as the process sees it. At level full it is `filesystem.SCRATCH` or lies in it, on
            a file system of its own, and is made; at other levels it is a folder that exists.
        readable: Paths that it may read, besides the system's. At level full they are among those of its zygote.
        keep: Descriptors that stay open.
    """

    scratch: Path
    readable: tuple[Path, ...]
    keep: tuple[int, ...]


@contextlib.contextmanager
def sandbox_step(name: str) -> Iterator[None]:
    """Turn an OSError inside the context into a `SandboxError` that names the step."""
    try:
        yield
    except OSError as fault:
        raise SandboxError(f"{name}: {fault.strerror or fault}") from fault


def confine(level: Level, policy: Policy, resources: Resources, told: int) -> None:
    """Sandbox this process, for good.

    Each step takes away what a later one no longer needs. Mounts need the capabilities that are then given up; limits
    are set while their files can be read; the filter comes last, because it refuses the calls of all steps before it.

    Args:
        level: How much of the sandbox is put up; at level off, only the process group is set.
        policy: The same for all kernels.
        resources: This kernel's own; its descriptors stay open.
        told: A descriptor that also stays open; failures are reported over it.
    """
    if level is Level.OFF:
        # A group of its own, so that the zygote can end what the kernel may have started.
        os.setpgid(0, 0)
        die_with_parent()
        return
    with sandbox_step("descriptors, signals and its place when memory runs out"):
        keep_descriptors({*resources.keep, told})
        # A handler or a disposition of the zygote's would be inherited.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Out of reach of the grader's terminal and of signals to its group.
        os.setsid()
        # Where the machine's memory runs out, the system ends student code sooner than the grader.
        Path("/proc/self/oom_score_adj").write_text(str(policy.first_to_go))
    if level is Level.FULL:
        with sandbox_step("a folder and a process list of its own"):
            filesystem.furnish(policy, resources.scratch)
    else:
        with sandbox_step("a user and a folder of its own"):
            settle_outside(resources.scratch)
    with sandbox_step("limits"):
        set_limits(policy, level)
    with sandbox_step("giving up privileges"):
        syscalls.set_capabilities()
        # Landlock and seccomp are refused to an ordinary user without it; set-uid programs then gain nothing either.
        syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
        # A crash would be handed to the host's handler of core dumps, whatever the limit on their size.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    # Before the filter, which refuses Landlock's own calls.
    with sandbox_step("Landlock"):
        restrict_paths(level, policy, resources)
    with sandbox_step("the filter of system calls"):
        seccomp.apply_filter(policy, level)


def keep_descriptors(kept: set[int]) -> None:
    """Make the standard descriptors /dev/null, and close all others but these."""
    # Not closed but pointed elsewhere: a library that prints would otherwise write into the next file that is opened.
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    # The gaps between the kept ones are closed as ranges: SC_OPEN_MAX can be a million, and most numbers are unused.
    last = 2
    for number in sorted(kept):
        os.closerange(last + 1, number)
        last = number
    os.closerange(last + 1, os.sysconf("SC_OPEN_MAX"))


def settle_outside(scratch: Path) -> None:
    """Become a user of this kernel only, where the zygote was started as root, and move into the scratch folder."""
    if credentials.has(syscalls.CAP_SETUID):
        # A user for each kernel: kernels of one user could signal each other and write into each other's folders.
        uid = credentials.unused_uid(os.getpid())
        os.chown(scratch, uid, uid)
        credentials.become(uid)
        # Becoming another user has closed /proc/self to it, where it is said which process is to go first.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
    # After becoming another user, which clears the setting.
    die_with_parent()
    os.chdir(scratch)


def set_limits(policy: Policy, level: Level) -> None:
    """Set what the process may use; nothing can raise it again."""
    import resource  # which Windows does not have

    # RLIMIT_AS and not RLIMIT_DATA, which does not count anonymous maps of every kind. It counts what is mapped, not
    # what is used: a kernel has mapped about 700 MB before it does anything, so the budget is added to what it has.
    limits = {
        resource.RLIMIT_AS: address_space() + policy.memory,
        # The system counts all threads of a user. Where the kernel is in no user namespace, those that run already are
        # added.
        resource.RLIMIT_NPROC: policy.threads + (credentials.threads_running() if level is Level.NO_USERNS else 0),
        resource.RLIMIT_FSIZE: policy.scratch_bytes,
        resource.RLIMIT_NOFILE: policy.descriptors,
        resource.RLIMIT_SIGPENDING: policy.signals,
        # A core dump would write the process's memory to the disk. Locked memory and message queues are counted by none
        # of the limits above.
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        # Only root may raise a hard limit: where the machine's is lower, the lower one stays.
        hard = resource.getrlimit(limit)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (bound, bound))


def address_space() -> int:
    """Return the most address space that this process has had, in bytes."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmPeak:")) * 1024


def restrict_paths(level: Level, policy: Policy, resources: Resources) -> None:
    """Apply Landlock. At level full it is a second barrier, and a system kernel without Landlock goes without it."""
    devices = [Path(device) for device in policy.devices]
    if level is Level.NO_USERNS:
        landlock.restrict(outside_paths(policy, resources.readable), [resources.scratch], devices)
    elif syscalls.landlock_abi():
        # The whole root: at this level it shows nothing that may not be read.
        landlock.restrict([Path("/")], [filesystem.SCRATCH], devices)


def outside_paths(policy: Policy, readable: Iterable[Path]) -> Iterator[Path]:
    """Yield what a kernel may read where it sees the machine's own folders: never the staff's part of the kit.

    Raises:
        OSError: A path would show tests, solutions or submissions.
    """
    for given in (*map(Path, policy.system_paths), *readable):
        path = given.resolve()
        filesystem.check_staff([path])
        yield from landlock.paths_except(path, PACKAGE)


def die_with_parent() -> None:
    """Let the system end this process when the thread that forked it ends."""
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
