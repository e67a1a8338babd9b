"""How long student code may run, and how much of what it shows is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits on one hand-in. Times are CPU seconds of its kernel; the wall clock is only a backstop.

    Attributes:
        cell: CPU seconds for one cell.
        test: CPU seconds for one hidden test.
        wall_factor: The backstop is this many times the CPU limit, plus `wall_extra` seconds: code that sleeps or waits
            is ended as well, and a busy machine does not fail an honest student.
        wall_extra: Seconds.
        grace: Seconds between an interrupt, which lets the kernel live, and the end of the kernel.
        startup: Seconds that a kernel may take to start.
        deaths: A problem's tests that may end or hang the kernel; after that the problem's other tests are not run.
    """

    cell: float = 60.0
    test: float = 10.0
    wall_factor: float = 3.0
    wall_extra: float = 5.0
    grace: float = 2.0
    startup: float = 60.0
    deaths: int = 2

    def wall(self, cpu: float) -> float:
        """Return the backstop in wall-clock seconds for a limit in CPU seconds."""
        return self.wall_factor * cpu + self.wall_extra
