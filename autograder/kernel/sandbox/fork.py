"""Forks kernels into the sandbox.

The zygote's process calls `enter_zygote` once and then `fork` for each kernel. Both are for processes with one thread:
a filter or a right given up binds only the thread that asks for it, and those that it starts.
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
from .confine import Room, SandboxError, confine, die_with_parent, step
from .levels import Level
from .policy import Policy
from .syscalls import CAP_SYS_ADMIN

__all__ = ["Room", "SandboxError", "enter_zygote", "fork"]
CONFINED = b"confined"
ARENAS = 2


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
        seccomp.assemble(policy, level, os.uname().machine, 1)  # once for all kernels, each of which is pid 1
    elif level is Level.NO_USERNS:
        with step("Landlock"):
            landlock.check()
        if credentials.is_root():
            with step("another user for student code"):
                credentials.become(credentials.unused_uid(os.getpid()), credentials.FORKING)
                credentials.check_readable(readable)


def enter_namespaces(policy: Policy, readable: tuple[Path, ...]) -> None:
    """Go on as pid 1 of new namespaces, in a root of its own, without privileges."""
    # In a container, mostly: go on as an ordinary user.
    if credentials.is_root() and not credentials.has(CAP_SYS_ADMIN):
        with step("another user for student code"):
            credentials.become(credentials.unused_uid(os.getpid()))
            credentials.check_readable(readable)
    as_root, uid, gid = credentials.is_root(), os.getuid(), os.getgid()
    if as_root:
        uid = gid = credentials.unused_uid(os.getpid())
    with step("new namespaces"):
        syscalls.unshare(*policy.namespaces, *(() if as_root else ("user",)))
    if not as_root:
        with step("the map of users"):
            credentials.map_to(uid, uid, gid)
    alive, held = os.pipe()
    if child := os.fork():
        wait_for(child, held, uid if as_root else None)
    os.close(held)
    with step("a root of its own"):
        filesystem.move_in(policy, readable)
    with step("giving up privileges"):
        if as_root:
            credentials.become(uid)
        else:
            syscalls.set_capabilities()
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
            credentials.become(uid)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


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
    first = answers.readline() if level is Level.FULL else f"pid {child}".encode()
    if not first.startswith(b"pid "):
        os.waitpid(child, 0)
        raise failure(first)
    # It waits for the word to go on, so that the number cannot have come to mean another process.
    kernel = os.pidfd_open(int(first[4:]))
    with contextlib.suppress(BrokenPipeError):
        starter.write(b"+")
    rest = answers.read()
    if level is Level.FULL:
        os.waitpid(child, 0)  # with its end the kernel becomes a child of this process
    if rest == CONFINED:
        return kernel
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(kernel, signal.SIGKILL)
    os.waitid(os.P_PIDFD, kernel, os.WEXITED)
    os.close(kernel)
    raise failure(rest)


def failure(told: bytes) -> SandboxError:
    """Return the error that a process told before it ended."""
    return SandboxError(told.decode(errors="replace") or "shutting in a kernel: its process ended")


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
        syscalls.unshare("user", *policy.namespaces)
    with step("the map of users of a kernel"):
        credentials.map_to(policy.inside_uid, uid, gid)
        socket.sethostname(policy.inside_name)
    if child := os.fork():
        os.write(told, f"pid {child}\n".encode())
        os._exit(0)
