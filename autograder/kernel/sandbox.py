"""Forks kernels into the sandbox.

The zygote's process calls `enter_zygote` once and then `fork` for each kernel. Both are for processes with one thread:
a filter or a right given up binds only the thread that asks for it, and those that it starts.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from . import identity, landlock, root, seccomp, syscalls
from .levels import Level
from .policy import Policy
from .syscalls import CLONE_NEWCGROUP, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUSER, CLONE_NEWUTS

NAMESPACES = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP
CONFINED = b"confined"
ARENAS = 2


class SandboxError(Exception):
    """A step of the isolation failed; the text names it, and `autograder doctor` says what to do.

    Attributes:
        step: What failed.
    """

    def __init__(self, step: str, fault: str) -> None:
        super().__init__(f"{step}: {fault}")
        self.step = step


@dataclass(frozen=True)
class Room:
    """What one kernel gets.

    Attributes:
        scratch: Its working folder, as it sees it. At level full it lies in `/tmp`, where the kernel has a file system
            of its own, and is made; elsewhere it is a folder that exists.
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
        raise SandboxError(name, fault.strerror or str(fault)) from fault


def enter_zygote(level: Level, policy: Policy, readable: Iterable[Path] = ()) -> None:
    """Make this process one that can fork kernels at a level; it has one thread.

    At level full the caller goes on as pid 1 of its own pid namespace, and sees nothing but the system's paths and
    ``readable``; the process that it was waits for its end and ends in the same way. As root it becomes another user.

    Args:
        level: How far kernels are to be shut in.
        policy: The system's paths.
        readable: All that it, and its kernels, will read: see `root.readable_paths`.

    Raises:
        SandboxError: The level is not to be had. The process may have changed all the same, and must end.
    """
    readable = tuple(readable)
    syscalls.bound_arenas(ARENAS)
    if level is Level.FULL:
        enter_namespaces(policy, readable)
    elif level is Level.NO_USERNS:
        with step("Landlock"):
            landlock.check()
        if identity.is_root():
            with step("another user for student code"):
                identity.become(identity.unused_uid(os.getpid()), identity.FORKING)
                identity.check_readable(readable)


def enter_namespaces(policy: Policy, readable: tuple[Path, ...]) -> None:
    """Go on as pid 1 of new namespaces, in a root of its own, without privileges."""
    as_root, uid, gid = identity.is_root(), os.getuid(), os.getgid()
    if as_root:
        uid = gid = identity.unused_uid(os.getpid())
    with step("new namespaces"):
        syscalls.unshare(NAMESPACES | (0 if as_root else CLONE_NEWUSER))
    if not as_root:
        with step("the map of users"):
            identity.map_to(uid, uid, gid)
    alive, held = os.pipe()
    if child := os.fork():
        wait_for(child, held, uid if as_root else None)
    os.close(held)
    with step("a root of its own"):
        root.move_in(policy, readable)
    with step("giving up privileges"):
        if as_root:
            identity.become(uid)
        else:
            syscalls.set_capabilities()
        # Becoming another user has closed /proc/self to it, where kernels write their maps of users.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        die_with_parent()
    if select.select([alive], [], [], 0)[0]:  # the outer process has died before it could take this one along
        os._exit(1)
    os.close(alive)


def wait_for(child: int, held: int, uid: int | None) -> NoReturn:
    """Keep nothing but what tells the child that this process lives, and end as the child ends."""
    with contextlib.suppress(OSError):
        os.closerange(3, held)
        os.closerange(held + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if uid is not None:
            identity.become(uid)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def die_with_parent() -> None:
    """Let the kernel end this process when its parent's thread ends."""
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


def fork(level: Level, policy: Policy, room: Room) -> int | None:
    """Fork a kernel's process; it is shut in when this returns in it.

    Args:
        level: That of `enter_zygote`.
        policy: What it may do.
        room: What it gets.

    Returns:
        Its pidfd, and None in the process itself, whose standard descriptors are /dev/null and whose only others are
        `Room.keep`. The caller waits for its end (``os.waitid(os.P_PIDFD, ...)``).

    Raises:
        SandboxError: It could not be shut in, and has ended.
    """
    report, told = os.pipe()
    go, start = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        os.close(go)
        with os.fdopen(report, "rb") as answers, os.fdopen(start, "wb", buffering=0) as starter:
            return attend(child, level, answers, starter)
    with telling(told):
        os.close(report)
        os.close(start)
        if level is Level.FULL:
            fork_into_namespaces(policy, told)
        if not os.read(go, 1):
            os._exit(1)  # the zygote has died
        os.close(go)
        confine(level, policy, room, told)
        os.write(told, CONFINED)
    os.close(told)
    return None


def attend(child: int, level: Level, answers: BinaryIO, starter: BinaryIO) -> int:
    """Return the pidfd of a kernel that has been shut in.

    Raises:
        SandboxError: It could not be, and has ended.
    """
    number = child
    if level is Level.FULL:
        first = answers.readline()
        with contextlib.suppress(ChildProcessError):  # where ends of children are ignored
            os.waitpid(child, 0)
        if not first.startswith(b"pid "):
            raise failure(first)
        number = int(first[4:])
    # It waits for the word to go on, so that the number cannot have come to mean another process.
    kernel = os.pidfd_open(number)
    with contextlib.suppress(BrokenPipeError):
        starter.write(b"+")
    rest = answers.read()
    if rest == CONFINED:
        return kernel
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(kernel, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitid(os.P_PIDFD, kernel, os.WEXITED)
    os.close(kernel)
    raise failure(rest)


def failure(told: bytes) -> SandboxError:
    """Return the error that a process told before it ended."""
    name, _, fault = told.decode(errors="replace").partition(": ")
    return SandboxError(name or "shutting in a kernel", fault or "its process ended")


@contextlib.contextmanager
def telling(told: int) -> Iterator[None]:
    """End this process when it could not be shut in, and tell the zygote why."""
    try:
        yield
    except BaseException as fault:
        text = str(fault) if isinstance(fault, SandboxError) else f"shutting in a kernel: {fault!r}"
        with contextlib.suppress(OSError):
            os.write(told, text.encode()[:2000])
        os._exit(1)


def fork_into_namespaces(policy: Policy, told: int) -> None:
    """Return in a child that is pid 1 of new namespaces; this process tells its number and ends."""
    uid, gid = os.getuid(), os.getgid()
    with step("new namespaces for a kernel"):
        syscalls.unshare(NAMESPACES | CLONE_NEWUSER)
    with step("the map of users of a kernel"):
        identity.map_to(policy.inside_uid, uid, gid)
    if child := os.fork():
        os.write(told, f"pid {child}\n".encode())
        os._exit(0)


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
    with step("descriptors and signals"):
        keep_descriptors({*room.keep, told})
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
    if level is Level.FULL:
        with step("a folder and a process list of its own"):
            root.furnish(policy, room.scratch)
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
        seccomp.apply(policy)


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
    if identity.can_switch():
        uid = identity.unused_uid(os.getpid())
        os.chown(scratch, uid, uid)
        identity.become(uid)
    die_with_parent()
    os.chdir(scratch)


def set_limits(policy: Policy, level: Level) -> None:
    """Set what a process may use; nothing can raise it again."""
    limits = {
        resource.RLIMIT_AS: address_space() + policy.memory,
        resource.RLIMIT_NPROC: policy.threads + (identity.threads_running() if level is Level.NO_USERNS else 0),
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
        landlock.apply([Path("/")], [root.SCRATCH], devices)


def outside_paths(policy: Policy, readable: Iterable[Path]) -> Iterator[Path]:
    """Yield what may be read where a kernel sees the machine's own folders: never the staff's part of the kit."""
    for given in (*map(Path, policy.system_paths), *readable):
        path = given.resolve()
        root.check_staff([path])
        yield from landlock.without(path, root.PACKAGE)
