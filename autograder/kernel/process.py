"""Holds a kernel's process, and tells the time that processes and threads take.

A process is held by a pidfd, which, unlike a number, never comes to mean another process. How long a thread was ready
to run and had no core is the second field of Linux's ``schedstat``.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
from pathlib import Path

# utime, stime, cutime and cstime, counted from the first field after the command's closing bracket; see proc(5).
CPU_FIELDS = slice(11, 15)
NANOSECONDS = 1e9


class Process:
    """One kernel's process.

    Args:
        descriptor: The pidfd, which from now on belongs to this object.
    """

    def __init__(self, descriptor: int) -> None:
        self._lock = threading.RLock()  # a watch over its time may be about to end it while it is let go
        self._descriptor: int | None = descriptor
        self._stat: int | None = None
        self._schedstat: int | None = None
        self._waited: float | None = None
        self.pid = number_of(descriptor)
        if self.pid > 0:
            # Once open, a file stays that process's, and reading it fails when the process has ended.
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                self._stat = os.open(f"/proc/{self.pid}/stat", os.O_RDONLY | os.O_CLOEXEC)
                self._schedstat = os.open(f"/proc/{self.pid}/schedstat", os.O_RDONLY | os.O_CLOEXEC)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        with self._lock:
            if self._descriptor is None:
                return False
            # A pidfd becomes readable when its process ends. Waiting for it is the zygote's: a kernel is no child of
            # the grader's.
            poll = select.poll()
            poll.register(self._descriptor, select.POLLIN)
            return not poll.poll(0)

    @property
    def end(self) -> int | None:
        """The pidfd, which can be read when the process has ended."""
        return self._descriptor

    def fileno(self) -> int:
        """Return the pidfd, which becomes readable when the process ends.

        Raises:
            ValueError: The process has been closed.
        """
        if self._descriptor is None:
            raise ValueError("this kernel's process has been let go")
        return self._descriptor

    def signal(self, number: int) -> None:
        """Send a signal; nothing happens when the process has ended."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._descriptor is not None:
                signal.pidfd_send_signal(self._descriptor, number)

    def cpu_seconds(self) -> float:
        """Return the CPU seconds used, with those of children that were waited for; 0 when the process has ended."""
        with self._lock:
            if self._stat is None:
                return 0.0
            try:
                # The command may hold spaces and brackets, and student code names its threads: fields count from the
                # last bracket.
                fields = os.pread(self._stat, 4096, 0).rpartition(b")")[2].split()
            except ProcessLookupError:
                return 0.0
        # Asked here: Windows, where kernels are no processes of this kind, imports this module and has no sysconf().
        return sum(map(int, fields[CPU_FIELDS])) / os.sysconf("SC_CLK_TCK")

    def waited_seconds(self) -> float | None:
        """Return how long the main thread was ready to run and had no core; None where that is not known.

        When the process has ended, the last value that was seen.
        """
        with self._lock, contextlib.suppress(ProcessLookupError):
            if self._schedstat is not None:
                self._waited = waited_in(self._schedstat)
        return self._waited

    def close(self) -> None:
        """Close the descriptors; the process runs on."""
        with self._lock:
            for descriptor in (self._descriptor, self._stat, self._schedstat):
                if descriptor is not None:
                    os.close(descriptor)
            self._descriptor = self._stat = self._schedstat = None


def number_of(descriptor: int) -> int:
    """Return the pid, in our own namespace, of the process that a pidfd stands for; -1 when it has ended."""
    for line in Path(f"/proc/self/fdinfo/{descriptor}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pid":
            return int(value)
    raise ValueError(f"descriptor {descriptor} is no pidfd")


def waited_in(descriptor: int) -> float:
    """Return the seconds waited that an open ``schedstat`` file tells.

    Raises:
        ProcessLookupError: The file's thread has ended.
    """
    return int(os.pread(descriptor, 100, 0).split()[1]) / NANOSECONDS


class ThreadWaits:
    """What the thread that makes this object has waited; any thread may ask."""

    def __init__(self) -> None:
        self._file = f"/proc/self/task/{threading.get_native_id()}/schedstat"

    def seconds(self) -> float | None:
        """Return how long the thread has waited, None where the system does not tell."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            return waited_in(descriptor)
        finally:
            os.close(descriptor)
