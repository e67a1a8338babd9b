"""Runs a command and tells what it used: time, memory of its own process, CPU time of all that it started.

CPU time is what Linux has counted for all descendants that have been waited for, to the microsecond. This process makes
itself the parent of those that outlive their own (it becomes their subreaper), waits for them as well, and only then
reads the sum: so daemons, kernels and workers that were killed are in it, whoever started them.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.2
SECONDS_TO_END = 60.0
"""How long what a command has left running may take to end."""


class MeasuringError(Exception):
    """A command could not be measured; the message says why."""


@dataclass(frozen=True)
class Usage:
    """What a command used.

    Attributes:
        code: Its exit code.
        wall: Seconds from its start to its end.
        cpu: CPU seconds of it and of all its descendants.
        peak: Bytes: the most memory that its own process held, without its descendants.
    """

    code: int
    wall: float
    cpu: float
    peak: int


def measure(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str], log: Path) -> Usage:
    """Run a command to its end; nothing else may be started by this process meanwhile.

    Args:
        command: The program and its arguments.
        folder: Where it runs.
        environment: All of its variables.
        log: A file to which what it prints is added.

    Raises:
        MeasuringError: It has left something running that does not end.
    """
    adopt_orphans()
    before, started, peak = cpu_of_children(), time.perf_counter(), 0
    with log.open("ab") as output:
        process = subprocess.Popen(
            list(map(str, command)), cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output,
            stderr=output,
        )  # fmt: skip
    while True:
        peak = max(peak, peak_of(process.pid))
        try:
            code = process.wait(SAMPLE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            pass
    wall = time.perf_counter() - started
    wait_for_orphans(str(command[0]))
    return Usage(code, wall, cpu_of_children() - before, peak)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parents end."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise MeasuringError(f"cannot become a subreaper: {os.strerror(ctypes.get_errno())}")


def wait_for_orphans(name: str) -> None:
    """Wait for all children, which are what a command has left running.

    Raises:
        MeasuringError: Some do not end.
    """
    deadline = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < deadline:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if ended == 0:
            time.sleep(0.02)
    raise MeasuringError(f"{name} has left processes running that have not ended within {SECONDS_TO_END:g} s")


def cpu_of_children() -> float:
    """Return the CPU seconds of all descendants that have been waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of(pid: int) -> int:
    """Return the most memory, in bytes, that a process has held so far; 0 when it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)
