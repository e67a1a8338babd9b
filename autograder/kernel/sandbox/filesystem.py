"""The folders that a zygote and its kernels see: a root of their own, made of read-only mounts.

The zygote makes it once and moves in. Each kernel is forked there into its own mount namespace, where it gets a bounded
folder to write and a view of its own processes; what the zygote mounted it can neither undo nor make writable.
"""

from __future__ import annotations

import os
import site
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..paths import KIT, PACKAGE
from . import syscalls
from .policy import Policy
from .syscalls import (
    MOUNT_ATTR_NODEV,
    MOUNT_ATTR_NOEXEC,
    MOUNT_ATTR_NOSUID,
    MOUNT_ATTR_RDONLY,
    MS_BIND,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_REC,
)

# All of the kit that student code imports or that serves it. The rest of `autograder` knows tests and solutions.
VISIBLE = (KIT / "cs231n", PACKAGE / "kernel", PACKAGE / "__init__.py")
STAFF = tuple(KIT / name for name in ("source", "solutions", "classroom", "tests", ".git", ".autograder_salt"))
# Not /tmp itself, where the kit or its data may lie.
SCRATCH = Path("/hand-in")
TEMPORARY = "/tmp"
OLD = "/.outside"
HARMLESS = MS_NOSUID | MS_NODEV | MS_NOEXEC
SELF_FILES = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "/proc/self/fd/0", "/dev/stdout": "/proc/self/fd/1"}


@dataclass(frozen=True)
class Bind:
    """A path of the outside, with symbolic links followed, and where it is seen inside."""

    source: str
    target: str


def interpreter_paths() -> tuple[Path, ...]:
    """Return where this interpreter finds its library and what is installed, without the rest of its prefix."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    places = {*(sysconfig.get_path(name) for name in names), *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        places.add(site.getusersitepackages())
    return tuple(sorted(path for path in map(Path, places) if path.is_dir()))


def readable_paths(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return what a kernel of this kit has to read: the interpreter's library, and the kit's visible part.

    Args:
        extra: More of it, such as data.
    """
    return (*interpreter_paths(), *VISIBLE, *extra)


def move_in(policy: Policy, readable: Iterable[Path]) -> None:
    """Make a root of read-only mounts and move in; the caller has just entered a mount and a pid namespace.

    Args:
        policy: Names the system's paths and the devices.
        readable: What else is to be seen.
    """
    system, links = system_binds(policy)
    given = [Bind(os.path.realpath(path), os.path.abspath(path)) for path in readable if path.exists()]
    binds = needed([*system, *given])
    check_staff(Path(bind.source) for bind in binds)
    syscalls.mount(None, "/", None, MS_REC | MS_PRIVATE)
    base = TEMPORARY  # covered for a moment; what lies below it is reached through OLD
    syscalls.mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m,nr_inodes=8192")
    os.mkdir(base + OLD)
    syscalls.pivot_root(base, base + OLD)
    os.chdir("/")
    for target, link in links:
        os.symlink(link, target)
    for bind in binds:
        show(bind, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
    for device in policy.devices:
        show(Bind(device, device), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)
    for name, target in SELF_FILES.items():
        os.symlink(target, name)
    os.makedirs("/proc", exist_ok=True)
    syscalls.mount("proc", "/proc", "proc", HARMLESS)
    cover_package(binds)
    make_scratch(policy)
    if not os.path.lexists(TEMPORARY):
        os.symlink(SCRATCH, TEMPORARY)
    syscalls.unmount(OLD)
    os.rmdir(OLD)
    os.chdir(SCRATCH)  # where Python looks for a temporary folder when it finds no other
    syscalls.mount(None, "/", None, syscalls.MS_REMOUNT | MS_BIND | syscalls.MS_RDONLY | MS_NOSUID | MS_NODEV)


def needed(binds: Iterable[Bind]) -> list[Bind]:
    """Return binds in the order in which they can be made, without those that another one shows already."""
    kept: list[Bind] = []
    for bind in sorted(set(binds), key=lambda one: one.target):
        above = [one for one in kept if bind.target.startswith(one.target + "/")]
        if not any(bind.source == one.source + bind.target.removeprefix(one.target) for one in above):
            kept.append(bind)
    return kept


def check_staff(visible: Iterable[Path]) -> None:
    """Check that no path shows tests, solutions or hand-ins.

    Raises:
        OSError: The kit lies where kernels must be able to read.
    """
    for path in visible:
        for staff in STAFF:
            if staff.exists() and path in (staff, *staff.parents):
                raise OSError(f"kernels must read {path}, but {staff} lies there: move the kit to another folder")


def system_binds(policy: Policy) -> tuple[list[Bind], list[tuple[str, str]]]:
    """Return the system's paths that exist: mounts, and symbolic links to be made anew (``/lib`` mostly is one)."""
    binds, links = [], []
    for path in policy.system_paths:
        if os.path.islink(path) and path.count("/") == 1:
            links.append((path, os.readlink(path)))
        elif os.path.exists(path):
            binds.append(Bind(os.path.realpath(path), path))
    return binds, links


def show(bind: Bind, attributes: int) -> None:
    """Mount one path of the old root in the new one."""
    source = OLD + bind.source
    make_place(bind.target, os.path.isdir(source))
    syscalls.mount(source, bind.target, None, MS_BIND | MS_REC)
    syscalls.set_mount_attributes(bind.target, attributes)


def make_place(target: str, folder: bool) -> None:
    """Make an empty folder or file to mount on, unless a mount made before shows one there."""
    if os.path.lexists(target):
        return
    os.makedirs(target if folder else os.path.dirname(target), exist_ok=True)
    if not folder:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))


def cover_package(binds: Iterable[Bind]) -> None:
    """Hide the staff's part of the kit where it is installed among other packages, and show the visible part again."""
    if not any(Path(bind.target) in (PACKAGE, *PACKAGE.parents) for bind in binds):
        return
    syscalls.mount("tmpfs", str(PACKAGE), "tmpfs", HARMLESS, "mode=755,size=64k,nr_inodes=16")
    for path in VISIBLE:
        if PACKAGE in path.parents:
            show(Bind(str(path), str(path)), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
    syscalls.set_mount_attributes(str(PACKAGE), MOUNT_ATTR_RDONLY)


def make_scratch(policy: Policy) -> None:
    """Mount an empty folder, bounded in bytes and files, where things may be written."""
    os.makedirs(SCRATCH, exist_ok=True)
    options = f"mode=777,size={policy.scratch_bytes},nr_inodes={policy.scratch_files}"
    syscalls.mount("tmpfs", str(SCRATCH), "tmpfs", HARMLESS, options)


def furnish(policy: Policy, scratch: Path) -> None:
    """Give a kernel what is its own, a scratch folder and `/proc`, and go there.

    Args:
        policy: The size of the scratch folder.
        scratch: The working folder, which lies in `SCRATCH`.

    Raises:
        OSError: A mount was refused, or ``scratch`` lies elsewhere.
    """
    if SCRATCH not in (scratch, *scratch.parents):
        raise OSError(f"at this level a kernel's folder lies in {SCRATCH}, and {scratch} does not")
    make_scratch(policy)
    # Without the system's other files: they tell of the machine, and a kernel needs none.
    syscalls.mount("proc", "/proc", "proc", HARMLESS, "subset=pid")
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(scratch)
