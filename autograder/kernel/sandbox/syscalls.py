"""Makes system calls that Python has no function for, by ctypes; a failure is an OSError that names the call."""

from __future__ import annotations

import ctypes
import functools
import os
from dataclasses import dataclass

from .syscall_numbers import syscall_table

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x1, 0x2, 0x4, 0x8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 0x20, 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 0x1, 0x2, 0x4, 0x8
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
NAMESPACES = {
    "mount": 0x0002_0000,
    "cgroup": 0x0200_0000,
    "uts": 0x0400_0000,
    "ipc": 0x0800_0000,
    "user": 0x1000_0000,
    "pid": 0x2000_0000,
    "net": 0x4000_0000,
}
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP = 1, 4, 8, 24
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
CAP_CHOWN, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN, CAP_LAST = 0, 5, 6, 7, 21, 63
CAPABILITY_VERSION_3 = 0x2008_0522
SECCOMP_SET_MODE_FILTER = 1
M_ARENA_MAX = -8  # malloc.h of glibc


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    # The one that Python itself uses: mallopt() and errno must be those of this process.
    return ctypes.CDLL(None, use_errno=True)


def _check(result: int, name: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def call(name: str, *arguments: int | bytes | None) -> int:
    """Make a system call by name and return its result.

    Raises:
        OSError: It failed, or this machine has no such call.
    """
    # syscall() takes longs; ctypes would pass an int as 32 bits and leave the upper half of a register as it was.
    passed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return _check(libc().syscall(ctypes.c_long(syscall_table()[name]), *passed), name)


def unshare(*names: str) -> None:
    """Move this process into new `NAMESPACES`, all in one step; for the pid namespace that holds for its children.

    In one step, because Linux then makes the user namespace first, whose rights the others need.
    """
    call("unshare", sum(NAMESPACES[name] for name in names))


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """Mount a file system, or change the propagation of a mount."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    try:
        call("mount", texts[0], texts[1], texts[2], flags, texts[3])
    except OSError as fault:
        raise OSError(fault.errno, f"mount {kind or 'bind'} at {target}: {os.strerror(fault.errno or 0)}") from None


def set_mount_attributes(target: str, attributes: int) -> None:
    """Set ``MOUNT_ATTR_*`` on a mount and all mounts below it."""
    # struct mount_attr: attributes to set, to clear, propagation, a user namespace.
    request = b"".join(number.to_bytes(8, "little") for number in (attributes, 0, 0, 0))
    call("mount_setattr", AT_FDCWD, os.fsencode(target), AT_RECURSIVE, request, len(request))


def unmount(target: str) -> None:
    """Remove a mount, and all below it, from this namespace."""
    call("umount2", os.fsencode(target), MNT_DETACH)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root; the old root is then at ``old``, which lies below ``new``."""
    call("pivot_root", os.fsencode(new), os.fsencode(old))


def prctl(option: int, value: int = 0, third: int = 0) -> int:
    """Change a property of this process."""
    return call("prctl", option, value, third, 0, 0)


def set_capabilities(kept: frozenset[int] = frozenset()) -> None:
    """Give up all capabilities but these, in every set, for good."""
    # The ambient and bounding sets first: dropping from them needs a capability that capset() takes away.
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    for number in range(CAP_LAST + 1):
        if number not in kept:
            try:
                prctl(PR_CAPBSET_DROP, number)
            except OSError:  # unknown to this kernel, or already without the right to drop it
                break
    mask = sum(1 << number for number in kept)
    low, high = mask & 0xFFFF_FFFF, mask >> 32
    # No pid, that is this thread; then effective, permitted and inheritable, the low words before the high ones.
    header = CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
    sets = b"".join(word.to_bytes(4, "little") for word in (low, low, 0, high, high, 0))
    call("capset", header, sets)


@dataclass(frozen=True)
class Rights:
    """What a Landlock ruleset handles: file system, network and scope bits; see landlock(7)."""

    files: int
    network: int
    scope: int

    def packed(self, abi: int) -> bytes:
        """Return ``struct landlock_ruleset_attr`` with as many fields as this version of Landlock knows."""
        # A longer struct is refused with E2BIG where its last fields are not zero.
        words = (self.files, self.network, self.scope)[: 1 if abi < 4 else 2 if abi < 6 else 3]
        return b"".join(word.to_bytes(8, "little") for word in words)


def landlock_abi() -> int:
    """Return the version of Landlock that this kernel has, 0 when it has none."""
    try:
        # LANDLOCK_CREATE_RULESET_VERSION: makes nothing and returns a number.
        return call("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


def landlock_create(rights: Rights, abi: int) -> int:
    """Return a descriptor of a new ruleset."""
    request = rights.packed(abi)
    return call("landlock_create_ruleset", request, len(request), 0)


def landlock_allow(ruleset: int, path: str, files: int) -> None:
    """Allow some rights on a file, or on a folder and all below it."""
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        request = files.to_bytes(8, "little") + descriptor.to_bytes(4, "little")
        # LANDLOCK_RULE_PATH_BENEATH.
        call("landlock_add_rule", ruleset, 1, request, 0)
    finally:
        os.close(descriptor)


def landlock_restrict(ruleset: int) -> None:
    """Apply a ruleset to this thread for good."""
    call("landlock_restrict_self", ruleset, 0)


def install_filter(program: bytes) -> None:
    """Apply a seccomp filter, an array of ``struct sock_filter``, to this thread for good."""
    buffer = ctypes.create_string_buffer(program, len(program))
    address = ctypes.addressof(buffer)
    # struct sock_fprog: a 16-bit count, padding, and the address; an instruction has 8 bytes.
    request = (len(program) // 8).to_bytes(8, "little") + address.to_bytes(8, "little")
    call("seccomp", SECCOMP_SET_MODE_FILTER, 0, request)


def bound_arenas(count: int) -> None:
    """Let malloc reserve at most so many arenas: each takes 64 MiB of address space for a thread."""
    # musl has no such function, and no arenas.
    mallopt = getattr(libc(), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, count)
