"""Restricts by Landlock what a process may reach: files, the network and other processes; see landlock(7).

At level full it is a second barrier behind the kernel's own root; at level no-userns it is the only one around files.
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


def require_abi() -> int:
    """Return the version of Landlock that this kernel has.

    Raises:
        OSError: It has none.
    """
    abi = syscalls.landlock_abi()
    if not abi:
        raise OSError("this kernel has none, or was started without it (lsm=... on its command line)")
    return abi


def restrict(readable: Iterable[Path], writable: Iterable[Path], devices: Iterable[Path]) -> None:
    """Restrict this thread, and those that it will start, to these paths; TCP and signals to others are refused.

    Args:
        readable: Folders and files; what does not exist is left out.
        writable: Folders in which files and folders may be made, changed and removed.
        devices: Device files that may be read and written.

    Raises:
        OSError: This kernel has no Landlock, or a rule was refused.
    """
    abi = require_abi()
    # A right that is handled and not allowed is refused; one that an old version does not know cannot be handled at
    # all.
    handled = rights(abi)
    # No right to execute: a program that student code writes can't be run. No new devices, sockets or pipes either.
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
    """Add a rule for a path, if it exists; a rule for a file leaves out the rights that only folders can have."""
    # The system refuses a whole rule for a file that names one of the rights of folders.
    if path.exists():
        syscalls.landlock_allow(ruleset, str(path), files if path.is_dir() else files & FILE_RIGHTS)


def paths_except(path: Path, hidden: Path) -> Iterator[Path]:
    """Yield ``path``, or everything in it but ``hidden`` when that lies below it: Landlock can only add paths."""
    if path in hidden.parents:
        for child in sorted(path.iterdir()):
            yield from paths_except(child, hidden)
    elif path != hidden:
        yield path
