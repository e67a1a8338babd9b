"""Sets how long student code may run, and how much of what it shows is taken in and kept."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class OutputLimits:
    """Limits on what a kernel may send and on what is kept of it.

    Attributes:
        message: Bytes of one message.
        header: Bytes of a message's header, and of its parent's.
        frames: Parts that one message may consist of.
        backlog: Messages that wait unread on each channel; a kernel drops what it shows beyond them.
        cell_messages: Messages that one cell may send before it is stopped.
        cell_bytes: Bytes that one cell may send before it is stopped; much of it may be cleared or updated again.
        outputs: Outputs kept of one cell; the others are left out, with a line that says so.
        text: Characters kept of what one cell prints.
        kept: Bytes kept of the outputs of one cell.
        notebook: Bytes kept of the outputs of one notebook.
        growth: Bytes by which the grader may grow while a kernel lives; the kernel is ended when it grows further.
            The last resort, for what arrives in so many parts that no other limit sees it.
    """

    # With a backlog of 16 as well, 400 unread displays of 3 MB cost the grader 37 MB instead of 1,150 MB.
    message: int = 4 << 20
    header: int = 1 << 14
    frames: int = 64
    backlog: int = 16
    cell_messages: int = 20_000
    cell_bytes: int = 128 << 20
    outputs: int = 200
    text: int = 100_000
    kept: int = 8 << 20
    notebook: int = 16 << 20
    growth: int = 512 << 20


@dataclass(frozen=True)
class StandInLimits:
    """Limits on what one test may ask of stand-ins; what is computed for it is the grader's own time and memory.

    Attributes:
        axis: Length of any axis of an argument or an answer.
        elements: Elements of one argument or one answer.
        question: Bytes of the arguments of one question.
        questions: Questions that are answered; after that each is refused.
        refusals: Questions that are refused for that reason; after that the kernel is ended.
        bytes: Bytes of all arguments and answers.
        seconds: CPU seconds that answers take.
    """

    axis: int = 4096
    elements: int = 1 << 19
    question: int = 8 << 20
    questions: int = 2_000
    refusals: int = 100
    bytes: int = 64 << 20
    seconds: float = 5.0


@dataclass(frozen=True)
class Limits:
    """Limits on one submission. Times are what its code uses, as `autograder.marking.execution.cpu_time.Meter` counts.

    Attributes:
        cell: Seconds for one cell.
        check: Seconds for the visible part of a check, which carries no points.
        test: Seconds for one hidden test.
        budget: Seconds for the whole submission, from the beginning of its marking.
        idle: Seconds that code may sleep or wait in each of these, besides; not for the whole submission.
        wall_factor: By the clock, what a limit counts may last this many times as long, plus `wall_extra` seconds: a
            backstop, where it cannot be known how long code waits for a core, and where it waits very long.
        wall_extra: Seconds.
        grace: Seconds between an interrupt, which lets the kernel live, and the end of the kernel.
        startup: Seconds that a kernel may take to start.
        deaths: A problem's tests that may end or hang the kernel; after that the problem's other tests are not run.
        output: On what is shown.
        stand_ins: On what is asked of stand-ins.
    """

    cell: float = 60.0
    check: float = 3.0
    # By CPU time, with the clock only as a backstop: a limit by the clock alone would fail honest students on a busy
    # machine.
    test: float = 5.0
    budget: float = 150.0
    idle: float = 0.5
    wall_factor: float = 3.0
    wall_extra: float = 5.0
    grace: float = 1.0
    startup: float = 60.0
    deaths: int = 2
    output: OutputLimits = field(default_factory=OutputLimits)
    stand_ins: StandInLimits = field(default_factory=StandInLimits)

    @property
    def cells(self) -> float:
        """Seconds for all cells together, re-runs included; the rest of the budget is for tests."""
        return self.budget / 2

    @property
    def reruns(self) -> float:
        """Seconds for all cells together that are run again."""
        return self.budget / 5

    @property
    def defining(self) -> float:
        """Seconds for a cell that only imports and defines."""
        return 2 * self.test

    @property
    def again(self) -> float:
        """Seconds for code that was stopped before."""
        return self.test / 5

    def wall(self, seconds: float) -> float:
        """Return the backstop for a limit, by the clock."""
        return self.wall_factor * seconds + self.wall_extra
