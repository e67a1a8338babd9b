"""Forks kernels into the sandbox.

The zygote's process calls `enter_zygote` once and then `fork` for each kernel. Both are for processes with one thread:
a filter, or giving up a right, binds only the calling thread and those that it starts.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from . import credentials, filesystem, landlock, seccomp, syscalls
from .confine import Resources, SandboxError, confine, die_with_parent, sandbox_step
from .levels import Level
from .policy import Policy
from .syscalls import CAP_SYS_ADMIN

__all__ = ["Resources", "SandboxError", "enter_zygote", "fork"]
CONFINED = b"confined"
# Each of malloc's arenas reserves 64 MiB of the address space that RLIMIT_AS bounds, and there may be one for each
# thread.
ARENAS = 2


def enter_zygote(level: Level, policy: Policy, readable: Iterable[Path] = ()) -> None:
    """Make this process one that can fork kernels at a level; it has one thread.

    At level full the caller goes on as pid 1 of its own pid namespace, and sees only the system's paths and
    ``readable``. The process that it was waits for it and ends in the same way. As root it becomes another user.

    Args:
        level: The level at which `fork` will be called.
        policy: Names the namespaces, and the system's paths.
        readable: Everything that this process and its kernels will read: see `filesystem.readable_paths`.

    Raises:
        SandboxError: The level is not available. The process may be changed all the same, and must end.
    """
    readable = tuple(readable)
    syscalls.bound_arenas(ARENAS)
    if level is Level.FULL:
        enter_namespaces(policy, readable)
        # Its result is cached, and forks inherit the cache.
        seccomp.assemble(policy, level, os.uname().machine, 1)  # once for all kernels, each of which is pid 1
    elif level is Level.NO_USERNS:
        with sandbox_step("Landlock"):
            landlock.require_abi()
        if credentials.is_root():
            with sandbox_step("another user for student code"):
                # Now, not in each kernel: a zygote that stayed root would be root for whoever gets into it.
                credentials.become(credentials.unused_uid(os.getpid()), credentials.FORKING)
                credentials.check_readable(readable)


def enter_namespaces(policy: Policy, readable: tuple[Path, ...]) -> None:
    """Go on as pid 1 of new namespaces, in a root of its own, without privileges."""
    # Mostly in a container: go on as an ordinary user, who may make namespaces within one of users.
    if credentials.is_root() and not credentials.has(CAP_SYS_ADMIN):
        with sandbox_step("another user for student code"):
            credentials.become(credentials.unused_uid(os.getpid()))
            credentials.check_readable(readable)
    as_root, uid, gid = credentials.is_root(), os.getuid(), os.getgid()
    if as_root:
        uid = gid = credentials.unused_uid(os.getpid())
    with sandbox_step("new namespaces"):
        # In a user namespace of its own, root's process would keep only mapped users; it needs others to become one of
        # them.
        syscalls.unshare(*policy.namespaces, *(() if as_root else ("user",)))
    if not as_root:
        with sandbox_step("the map of users"):
            credentials.map_to(uid, uid, gid)
    alive, held = os.pipe()
    # A pid namespace begins with the next child. The grader holds this process, so it stays, and ends when the child
    # does.
    if child := os.fork():
        wait_for(child, held, uid if as_root else None)
    os.close(held)
    with sandbox_step("a root of its own"):
        # Before the privileges go: mounts need them.
        filesystem.move_in(policy, readable)
    with sandbox_step("giving up privileges"):
        if as_root:
            credentials.become(uid)
        else:
            syscalls.set_capabilities()
        # After changing users, which clears the setting. What died before is seen by the pipe.
        die_with_parent()
    if select.select([alive], [], [], 0)[0]:  # the outer process has died before it could take this one along
        os._exit(1)
    os.close(alive)


def wait_for(child: int, held: int, uid: int | None) -> NoReturn:
    """Wait for a child, and then end as it ended.

    This process closes all descriptors but one. When it dies, that one is closed as well, which tells the child.

    Args:
        child: The pid of pid 1 of the new namespaces.
        held: The writing end of a pipe that the child reads.
        uid: The user to become meanwhile; None to stay the same.
    """
    with contextlib.suppress(OSError):
        # Among these is the control socket: held open here, it would hide the zygote's end from the grader.
        os.closerange(3, held)
        os.closerange(held + 1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if uid is not None:
            credentials.become(uid)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    # As a shell tells of a signal: 128 and its number.
    os._exit(code if code >= 0 else 128 - code)


def fork(level: Level, policy: Policy, resources: Resources) -> int | None:
    """Fork a kernel's process; it is sandboxed when this returns in it.

    Args:
        level: The level that `enter_zygote` was given.
        policy: The same for all kernels.
        resources: This kernel's own.

    Returns:
        The kernel's pidfd; None in the kernel's process itself, whose standard descriptors are /dev/null and which has
        no others but `Resources.keep`. The caller waits for the kernel's end (``os.waitid(os.P_PIDFD, ...)``).

    Raises:
        SandboxError: The process could not be sandboxed, and has ended.
    """
    # One pipe for what goes wrong, one for the word to go on. Each side closes the other's ends, so that it sees its
    # death.
    report, told = os.pipe()
    go, start = os.pipe()
    child = os.fork()
    if child:
        os.close(told)
        os.close(go)
        with os.fdopen(report, "rb") as answers, os.fdopen(start, "wb", buffering=0) as starter:
            return attend(child, level, answers, starter)
    with reporting_failure(told):
        os.close(report)
        os.close(start)
        if level is Level.FULL:
            fork_into_namespaces(policy, told)
        if not os.read(go, 1):
            os._exit(1)  # the zygote has died
        os.close(go)
        confine(level, policy, resources, told)
        # Only now: whatever fails before reaches the zygote as a text, and an end without a word counts as a failure.
        os.write(told, CONFINED)
    os.close(told)
    return None


def attend(child: int, level: Level, answers: BinaryIO, starter: BinaryIO) -> int:
    """Return the pidfd of a kernel that has been sandboxed.

    Raises:
        SandboxError: It could not be sandboxed, and has ended.
    """
    first = answers.readline() if level is Level.FULL else f"pid {child}".encode()
    if not first.startswith(b"pid "):
        os.waitpid(child, 0)
        raise failure(first)
    # The kernel waits for the word to go on, so its number cannot have come to mean another process.
    kernel = os.pidfd_open(int(first[4:]))
    with contextlib.suppress(BrokenPipeError):
        starter.write(b"+")
    rest = answers.read()
    if level is Level.FULL:
        os.waitpid(child, 0)  # the kernel is then a child of this process, which is pid 1 of their namespace
    if rest == CONFINED:
        return kernel
    # Something was not applied: such a process must not get as far as student code.
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(kernel, signal.SIGKILL)
    os.waitid(os.P_PIDFD, kernel, os.WEXITED)
    os.close(kernel)
    raise failure(rest)


def failure(told: bytes) -> SandboxError:
    """Return the error that a process reported before it ended."""
    return SandboxError(told.decode(errors="replace") or "shutting in a kernel: its process ended")


@contextlib.contextmanager
def reporting_failure(told: int) -> Iterator[None]:
    """End this process when it could not be sandboxed, and tell the zygote why."""
    try:
        yield
    except BaseException as fault:
        # Whatever it is: a fault that went up from here would make this process a second zygote.
        text = str(fault) if isinstance(fault, SandboxError) else f"shutting in a kernel: {fault!r}"
        with contextlib.suppress(OSError):
            os.write(told, text.encode()[:2000])
        os._exit(1)


def fork_into_namespaces(policy: Policy, told: int) -> None:
    """Return in a child that is pid 1 of new namespaces; this process reports the child's number and ends."""
    uid, gid = os.getuid(), os.getgid()
    with sandbox_step("new namespaces for a kernel"):
        # With a user namespace, although the zygote is in one: it gave its privileges up, and mounts need some.
        syscalls.unshare("user", *policy.namespaces)
    with sandbox_step("the map of users of a kernel"):
        credentials.map_to(policy.inside_uid, uid, gid)
    with sandbox_step("the machine's name as a kernel sees it"):
        socket.sethostname(policy.inside_name)
    if child := os.fork():
        # Only here is the number the one that the zygote knows: in its own namespace the child is number 1.
        os.write(told, f"pid {child}\n".encode())
        os._exit(0)
