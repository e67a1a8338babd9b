"""Tries each part of the sandbox in a process of its own; prints what it found as JSON for `levels.probe`.

Parts are tried, never concluded from versions: some systems let a user namespace be made and refuse every mount in it.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from . import credentials, filesystem, landlock, remedies, seccomp, syscalls
from .fork import Resources, SandboxError, enter_zygote, fork
from .levels import Level, ProbeResult
from .policy import POLICY
from .syscall_numbers import syscall_table

BOTH = (Level.FULL, Level.NO_USERNS)
WORKS = "works"
TOLD_MAX = 2000
# Found out at once: after some of the probes Python can't load more of its library.
READABLE = filesystem.readable_paths()


@dataclass(frozen=True)
class Probe:
    """One part of the sandbox to try.

    Attributes:
        name: The part, as people are told.
        attempt: Does it, and returns what was found or raises.
        remedy: Returns what to do when it fails.
        needed_for: The levels that are not available without it.
    """

    name: str
    attempt: Callable[[], str]
    remedy: Callable[[], str]
    needed_for: tuple[Level, ...]


def try_calls() -> str:
    """Look up system calls, and hold a process by a descriptor."""
    os.close(os.pidfd_open(os.getpid()))
    return f"{len(syscall_table())} are known"


def as_student() -> None:
    """Become what a zygote becomes: another user where this one is root."""
    if credentials.is_root():
        credentials.become(credentials.unused_uid(os.getpid()))


def try_user_namespace() -> str:
    """Make a user namespace as an ordinary user, and map a user into it."""
    as_student()
    uid, gid = os.getuid(), os.getgid()
    syscalls.unshare("user")
    credentials.map_to(POLICY.inside_uid, uid, gid)
    return WORKS


def try_namespaces() -> str:
    """Make the other namespaces in a user namespace, and name the machine in its own."""
    try_user_namespace()
    syscalls.unshare(*POLICY.namespaces)
    socket.sethostname(POLICY.inside_name)
    return ", ".join(POLICY.namespaces)


def try_mounts() -> str:
    """Mount a file system in new namespaces."""
    try_namespaces()
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount("tmpfs", filesystem.TEMPORARY, "tmpfs", filesystem.HARMLESS)
    return WORKS


def try_root() -> str:
    """Move into a root of its own, with its own process list."""
    enter_zygote(Level.FULL, POLICY, READABLE)
    return "holds " + ", ".join(sorted(os.listdir("/")))


def try_landlock() -> str:
    """Take everything away from this process, and see that it is gone."""
    version = landlock.require_abi()
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict([], [], [])
    expect_refusal(lambda: os.listdir("/"), errno.EACCES)
    network = "" if version >= landlock.NETWORK_ABI else "; TCP is left to the filter of system calls"
    return f"version {version}{network}"


def try_filter() -> str:
    """Apply the filter of system calls, and see that no process can be started."""
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    seccomp.apply_filter(POLICY, Level.NO_USERNS)
    expect_refusal(os.fork, errno.EPERM)
    return WORKS


def try_other_user() -> str:
    """As root, become another user that can read Python's library."""
    if not credentials.is_root():
        return f"not needed: the grader is user {os.getuid()}"
    credentials.become(credentials.unused_uid(os.getpid()))
    credentials.check_readable(READABLE)
    return f"user {os.getuid()}"


def try_level(level: Level, scratch: Path) -> str:
    """Fork a kernel's process, and let it send a word."""
    enter_zygote(level, POLICY, READABLE)
    heard, said = os.pipe()
    kernel = fork(level, POLICY, Resources(scratch, READABLE, (said,)))
    if kernel is None:
        # From inside the sandbox: that word shows that the process lives through all of it and can still use what it
        # was given.
        os.write(said, WORKS.encode())
        os._exit(0)
    os.close(said)
    word = os.read(heard, TOLD_MAX).decode()
    os.waitid(os.P_PIDFD, kernel, os.WEXITED)
    if not word:
        raise SandboxError("a kernel: its process could not say a word")
    return word


def expect_refusal(attempt: Callable[[], object], number: int) -> None:
    """Check that something fails with an errno.

    Raises:
        OSError: It works, or fails otherwise.
    """
    try:
        attempt()
    except OSError as fault:
        if fault.errno == number:
            return
        raise
    raise OSError("applied, and refuses nothing")


def probes(folder: Path) -> Iterator[Probe]:
    """Yield what to try, each part before what is built on it; a kernel at level no-userns works in ``folder``."""
    no_userns, full = partial(try_level, Level.NO_USERNS, folder), partial(try_level, Level.FULL, filesystem.SCRATCH)
    yield Probe("system calls of this processor", try_calls, remedies.for_calls, BOTH)
    yield Probe("filter of system calls (seccomp)", try_filter, remedies.for_filter, BOTH)
    yield Probe("Landlock", try_landlock, remedies.for_landlock, (Level.NO_USERNS,))
    yield Probe("another user for student code", try_other_user, remedies.for_other_user, (Level.NO_USERNS,))
    yield Probe("a kernel at level no-userns", no_userns, remedies.for_level, (Level.NO_USERNS,))
    yield Probe("user namespace", try_user_namespace, remedies.for_user_namespace, (Level.FULL,))
    yield Probe("other namespaces", try_namespaces, remedies.for_namespaces, (Level.FULL,))
    yield Probe("mounts in them", try_mounts, remedies.for_mounts, (Level.FULL,))
    yield Probe("a root and a process list of its own", try_root, remedies.for_root, (Level.FULL,))
    yield Probe("a kernel at level full", full, remedies.for_level, (Level.FULL,))


def run_probe(probe: Probe) -> ProbeResult:
    """Try one part of the sandbox in a child process."""
    # What a probe changes in its process cannot be undone. The child leaves by _exit, without the parent's clean-up.
    answers, told = os.pipe()
    child = os.fork()
    if not child:
        try:
            report = {"works": True, "outcome": probe.attempt()}
        except Exception as fault:
            report = {"works": False, "outcome": (fault.strerror if isinstance(fault, OSError) else "") or str(fault)}
        os.write(told, json.dumps(report).encode())
        os._exit(0)
    os.close(told)
    with os.fdopen(answers, "rb") as stream:
        answer = stream.read()
    os.waitpid(child, 0)
    report = json.loads(answer) if answer else {"works": False, "outcome": "its process was ended"}
    return ProbeResult(
        probe.name, **report, remedy="" if report["works"] else probe.remedy(), needed_for=probe.needed_for
    )


def print_results() -> None:
    """Print how each probe went."""
    with tempfile.TemporaryDirectory() as folder:
        json.dump([asdict(run_probe(one)) for one in probes(Path(folder))], sys.stdout)


if __name__ == "__main__":
    print_results()
