"""Landlock: what a process may reach of the file system, the network and other processes; see landlock(7).

At level full it is a second wall behind the kernel's own root; at level no-userns it is the only one around files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import syscalls
from .syscalls import Rights

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
# Each version of Landlock knows the rights below this bit: all but refer (2), truncate (3), device ioctl (5) are in 1.
RIGHT_BITS = {1: 13, 2: 14, 3: 15, 5: 16}
MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11  # devices, sockets, pipes
TRUNCATE, IOCTL_DEVICE = 1 << 14, 1 << 15
NETWORK_ABI, TCP = 4, 0b11  # bind and connect
SCOPE_ABI, SCOPES = 6, 0b11  # abstract Unix sockets and signals
READ = READ_FILE | READ_DIR
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE  # the others only folders can have


def rights(abi: int) -> Rights:
    """Return all that a version of Landlock can take away."""
    bits = max(count for version, count in RIGHT_BITS.items() if version <= abi)
    return Rights((1 << bits) - 1, TCP if abi >= NETWORK_ABI else 0, SCOPES if abi >= SCOPE_ABI else 0)


def check() -> int:
    """Return the version of Landlock that this kernel has.

    Raises:
        OSError: It has none.
    """
    abi = syscalls.landlock_abi()
    if not abi:
        raise OSError("this kernel has none, or was started without it (lsm=... on its command line)")
    return abi


def apply(readable: Iterable[Path], writable: Iterable[Path], devices: Iterable[Path]) -> None:
    """Leave this thread, and those that it will start, only these paths, and neither TCP nor signals to others.

    Args:
        readable: Folders and files; what does not exist is left out.
        writable: Folders in which files and folders may be made, changed and removed.
        devices: They may be read and written.

    Raises:
        OSError: This kernel has no Landlock, or a rule was refused.
    """
    abi = check()
    handled = rights(abi)
    full = handled.files & ~(EXECUTE | IOCTL_DEVICE | MAKE_SPECIAL)
    ruleset = syscalls.landlock_create(handled, abi)
    try:
        for paths, allowed in ((readable, READ), (writable, full), (devices, READ_FILE | WRITE_FILE)):
            for path in paths:
                allow(ruleset, path, allowed)
        syscalls.landlock_restrict(ruleset)
    finally:
        os.close(ruleset)


def allow(ruleset: int, path: Path, files: int) -> None:
    """Add a rule for a path, if it exists, without the rights that only folders can have where it is none."""
    if path.exists():
        syscalls.landlock_allow(ruleset, str(path), files if path.is_dir() else files & FILE_RIGHTS)


def without(path: Path, hidden: Path) -> Iterator[Path]:
    """Yield ``path``, or, when ``hidden`` lies below it, everything in it but that: Landlock can only add."""
    if path in hidden.parents:
        for child in sorted(path.iterdir()):
            yield from without(child, hidden)
    elif path != hidden:
        yield path
