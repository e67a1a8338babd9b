"""Makes the folders that a zygote and its kernels see: a root of their own, made of read-only mounts.

The zygote makes the root once and moves in. Each kernel is forked there into a mount namespace of its own, in which it
gets a bounded folder to write and a view of its own processes. A kernel can neither undo what the zygote mounted nor
make it writable.
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

# All of the kit that serves student code. The rest of `autograder` knows tests and solutions.
VISIBLE = (PACKAGE / "kernel", PACKAGE / "__init__.py")
# Of the kit's own folder, where that is a course; an installed kit lies among packages that may have such names.
STAFF = tuple(
    KIT / name
    for name in ("source", "solutions", "classroom", "tests", ".git", ".autograder_salt")
    if (KIT / "nbgrader_config.py").is_file()
)
# Not /tmp itself, where the kit or its data may lie.
SCRATCH = Path("/hand-in")
TEMPORARY = "/tmp"
OLD = "/.outside"
HARMLESS = MS_NOSUID | MS_NODEV | MS_NOEXEC
SELF_FILES = {"/dev/fd": "/proc/self/fd", "/dev/stdin": "/proc/self/fd/0", "/dev/stdout": "/proc/self/fd/1"}


@dataclass(frozen=True)
class Bind:
    """A path outside, with symbolic links followed, and the place where it is seen inside."""

    source: str
    target: str


def interpreter_paths() -> tuple[Path, ...]:
    """Return the folders of this interpreter's library and of what is installed, without the rest of its prefix."""
    # The whole prefix of a virtual environment can be the kit's own folder, in which solutions lie.
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    places = {*(sysconfig.get_path(name) for name in names), *site.getsitepackages()}
    if site.ENABLE_USER_SITE:
        places.add(site.getusersitepackages())
    return tuple(sorted(path for path in map(Path, places) if path.is_dir()))


def readable_paths(extra: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Return what a kernel of this kit has to read: the interpreter's library, and the kit's visible part.

    Args:
        extra: More of it, such as an assignment's packages and data.
    """
    return (*interpreter_paths(), *VISIBLE, *extra)


def move_in(policy: Policy, readable: Iterable[Path]) -> None:
    """Make a root of read-only mounts and move in; the caller has just entered a mount and a pid namespace.

    The order matters, see the comments: links, mounts, devices, `/proc`, covers, then the old root goes.

    Args:
        policy: Names the system's paths and the devices.
        readable: Everything else that is to be seen.
    """
    system, links = system_binds(policy)
    given = [Bind(os.path.realpath(path), os.path.abspath(path)) for path in readable if path.exists()]
    # An installed kit that a link leads to is looked for by both names: Python has the link's, `PACKAGE` the other.
    twice = [Bind(bind.source, bind.source) for bind in given if PACKAGE.is_relative_to(bind.source)]
    binds = mountable([*system, *given, *twice])
    check_staff(Path(bind.source) for bind in binds)
    # First of all: mounts would otherwise spread to the machine's own namespace.
    syscalls.mount(None, "/", None, MS_REC | MS_PRIVATE)
    base = TEMPORARY  # covered for a moment; what lies below it is reached through OLD
    # It holds nothing but places to mount on, and becomes read-only in the end.
    syscalls.mount("tmpfs", base, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m,nr_inodes=8192")
    os.mkdir(base + OLD)
    # Not chroot(), which leaves the old root within reach of a process that holds a descriptor of it.
    syscalls.pivot_root(base, base + OLD)
    os.chdir("/")
    # Before the mounts: what is shown below /lib must find the link, not make a folder in its place.
    for target, link in links:
        os.symlink(link, target)
    for bind in binds:
        show(bind, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
    # Mounted from outside, because a user namespace may not make devices. These alone are mounted without NODEV.
    for device in policy.devices:
        show(Bind(device, device), MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC)
    for name, target in SELF_FILES.items():
        os.symlink(target, name)
    os.makedirs("/proc", exist_ok=True)
    # Before the old root goes: Linux mounts a new /proc in a user namespace only where a whole one is visible already.
    syscalls.mount("proc", "/proc", "proc", HARMLESS)
    # After all mounts, among which the package may lie.
    cover_package(binds)
    make_scratch(policy)
    if not os.path.lexists(TEMPORARY):
        os.symlink(SCRATCH, TEMPORARY)
    # Everything from outside has been mounted. From here on there is no way back.
    syscalls.unmount(OLD)
    os.rmdir(OLD)
    os.chdir(SCRATCH)  # where Python looks for a temporary folder when it finds no other
    # Last: until here, places to mount on were made in it.
    syscalls.mount(None, "/", None, syscalls.MS_REMOUNT | MS_BIND | syscalls.MS_RDONLY | MS_NOSUID | MS_NODEV)


def mountable(binds: Iterable[Bind]) -> list[Bind]:
    """Return binds in the order in which they can be made, without those that another one already shows."""
    kept: list[Bind] = []
    # Sorted, a folder comes before what lies in it, which its mount would otherwise cover.
    for bind in sorted(set(binds), key=lambda one: one.target):
        above = [one for one in kept if bind.target.startswith(one.target + "/")]
        if not any(bind.source == one.source + bind.target.removeprefix(one.target) for one in above):
            kept.append(bind)
    return kept


def check_staff(visible: Iterable[Path], more: Iterable[Path] = ()) -> None:
    """Check that no path shows tests, solutions or submissions.

    Args:
        visible: Paths, with symbolic links followed or not.
        more: The course's staff's folders, besides the kit's own.

    Raises:
        OSError: The kit, or the course, lies where kernels must be able to read.
    """
    staff = [path.resolve() for path in (*STAFF, *more) if path.exists()]
    for path in map(Path.resolve, visible):
        for one in staff:
            if path in (one, *one.parents):
                raise OSError(f"kernels must read {path}, but {one} lies there: move the kit to another folder")


def system_binds(policy: Policy) -> tuple[list[Bind], list[tuple[str, str]]]:
    """Return the system's paths that exist: mounts, and symbolic links to make anew (``/lib`` mostly is one)."""
    binds, links = [], []
    for path in policy.system_paths:
        # The target of such a link is another path of the list, so mounting it twice is spared. A link deeper down may
        # lead anywhere: what it leads to is mounted in its place.
        if os.path.islink(path) and path.count("/") == 1:
            links.append((path, os.readlink(path)))
        elif os.path.exists(path):
            binds.append(Bind(os.path.realpath(path), path))
    return binds, links


def show(bind: Bind, attributes: int) -> None:
    """Mount one path of the old root in the new root."""
    source = OLD + bind.source
    make_place(bind.target, os.path.isdir(source))
    syscalls.mount(source, bind.target, None, MS_BIND | MS_REC)
    # In a second step, for bind mounts take no attributes. mount_setattr (Linux 5.12) reaches the mounts below as well.
    syscalls.set_mount_attributes(bind.target, attributes)


def make_place(target: str, folder: bool) -> None:
    """Make an empty folder or file to mount on, unless an earlier mount or link already provides it."""
    if os.path.lexists(target):
        return
    os.makedirs(target if folder else os.path.dirname(target), exist_ok=True)
    if not folder:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))


def cover_package(binds: Iterable[Bind]) -> None:
    """Hide the staff's part of an installed kit, which lies among other packages, and show the visible part again."""
    for bind in binds:
        if Path(bind.source) not in (PACKAGE, *PACKAGE.parents):
            continue
        place = Path(bind.target) / PACKAGE.relative_to(bind.source)
        syscalls.mount("tmpfs", str(place), "tmpfs", HARMLESS, "mode=755,size=64k,nr_inodes=16")
        for path in VISIBLE:
            inside = place / path.relative_to(PACKAGE)
            show(Bind(str(path), str(inside)), MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
        syscalls.set_mount_attributes(str(place), MOUNT_ATTR_RDONLY)


def make_scratch(policy: Policy) -> None:
    """Mount an empty folder, bounded in bytes and files, where things may be written."""
    os.makedirs(SCRATCH, exist_ok=True)
    options = f"mode=777,size={policy.scratch_bytes},nr_inodes={policy.scratch_files}"
    syscalls.mount("tmpfs", str(SCRATCH), "tmpfs", HARMLESS, options)


def furnish(policy: Policy, scratch: Path) -> None:
    """Give a kernel its own scratch folder and `/proc`, and go to the folder.

    Args:
        policy: Tells the size of the scratch folder, in bytes and files.
        scratch: The working folder: `SCRATCH` or a folder in it, which is made.

    Raises:
        OSError: A mount was refused, or ``scratch`` lies elsewhere.
    """
    if SCRATCH not in (scratch, *scratch.parents):
        raise OSError(f"at this level a kernel's folder lies in {SCRATCH}, and {scratch} does not")
    # Over the zygote's own scratch folder, which stays as it is beneath.
    make_scratch(policy)
    # Without the system's other files: they tell of the machine, and a kernel needs none.
    syscalls.mount("proc", "/proc", "proc", HARMLESS, "subset=pid")
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chdir(scratch)
