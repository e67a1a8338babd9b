"""Forks kernels into the sandbox."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from .levels import Level
from .policy import Policy


class SandboxError(Exception):
    """A step of the isolation failed; the text names it."""


@dataclass(frozen=True)
class Room:
    """What one kernel may see.

    Attributes:
        scratch: The kernel's working folder, as the kernel sees it.
        readable: Paths that it may read.
        keep: Descriptors that survive.
    """

    scratch: Path
    readable: tuple[Path, ...]
    keep: tuple[int, ...]


def enter_zygote(level: Level, policy: Policy) -> None:
    """Prepare the zygote's process."""


def fork(level: Level, policy: Policy, room: Room) -> int | None:
    """Fork a kernel; return its pidfd, None in the kernel."""
    if level is not Level.OFF:
        raise SandboxError(f"level {level} is not to be had")
    pid = os.fork()
    if pid:
        return os.pidfd_open(pid)
    os.setpgid(0, 0)
    return None
