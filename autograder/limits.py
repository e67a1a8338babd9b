"""How long student code may run, and how much of what it shows is taken in and kept."""

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

    message: int = 4 << 20
    header: int = 1 << 14
    frames: int = 64
    backlog: int = 16
    cell_messages: int = 20_000
    cell_bytes: int = 128 << 20
    outputs: int = 200
    text: int = 100_000
    kept: int = 8 << 20
    notebook: int = 32 << 20
    growth: int = 512 << 20


@dataclass(frozen=True)
class StandInLimits:
    """Limits on what one test may ask of stand-ins; what is computed for it is the grader's own time and memory.

    Attributes:
        axis: Length of any axis of an argument or an answer.
        elements: Of one argument or one answer.
        question: Bytes of the arguments of one question.
        questions: Questions; after that each is refused.
        refusals: Questions that are refused for that; after that the kernel is ended.
        bytes: Of all arguments and answers.
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
        output: On what is shown.
        stand_ins: On what is asked of stand-ins.
    """

    cell: float = 60.0
    test: float = 10.0
    wall_factor: float = 3.0
    wall_extra: float = 5.0
    grace: float = 2.0
    startup: float = 60.0
    deaths: int = 2
    output: OutputLimits = field(default_factory=OutputLimits)
    stand_ins: StandInLimits = field(default_factory=StandInLimits)

    def wall(self, cpu: float) -> float:
        """Return the backstop in wall-clock seconds for a limit in CPU seconds."""
        return self.wall_factor * cpu + self.wall_extra
