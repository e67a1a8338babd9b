"""Shows a person how marking goes on: a live display in a terminal, a line for each submission elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars
from rich.text import Text

from autograder.course.results import Record, Status
from autograder.course.score import Score
from autograder.i18n.terminal import on_one_line

MOST_NAMES = 8
REFRESH = 4  # times in a second
OTHERS = {
    Status.REJECTED: "refused, because they are no hand-ins",
    Status.GRADER_ERROR: "for a person to look at, because the grader failed on them",
}


class Progress:
    """Shows how far a run is.

    Args:
        total: How many submissions are to be marked.
        unchanged: How many were marked before and have not changed.
        console: Shows it; a live display where it is a terminal.
    """

    def __init__(self, total: int, unchanged: int, console: Console) -> None:
        self.total, self.unchanged, self.console = total, unchanged, console
        self.statuses: Counter[Status] = Counter()
        self._running: dict[str, float] = {}
        self._started = time.monotonic()
        self._seconds = 0.0
        self._workers = 0
        self._live: Live | None = None
        self._bars = Bars(
            TextColumn("Marking"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[more]}"),
            TimeElapsedColumn(),
            console=console,
        )
        self._task = self._bars.add_task("", total=total, more="", start=False)

    def __enter__(self) -> Progress:
        """Begin to show the display."""
        self._started = time.monotonic()
        self._bars.start_task(self._task)
        # In a log file, a display that is redrawn would leave nothing that can be read.
        if self.console.is_terminal:
            self._live = Live(self._shown(), console=self.console, refresh_per_second=REFRESH, transient=True)
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        """End the display."""
        self._seconds = time.monotonic() - self._started
        if self._live is not None:
            self._live.stop()

    @property
    def done(self) -> int:
        """How many submissions are done, whatever came of them."""
        return self.statuses.total()

    @property
    def failed(self) -> int:
        """How many of them need a person."""
        return self.done - self.statuses[Status.MARKED]

    def begin(self, student: str) -> None:
        """Note that a worker has begun with a submission."""
        self._running[student] = time.monotonic()

    def end(self, student: str) -> None:
        """Note that a worker has ended with a submission, or has ended itself."""
        self._running.pop(student, None)

    def finish(self, record: Record, score: Score | None) -> None:
        """Note that a submission is done, with its score; None where it could not be written."""
        self.statuses[record.status] += 1
        if self._live is None:
            line = on_one_line(f"[{self.done}/{self.total}] {record.student}: {said_of(record, score)}")
            self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def tick(self, waiting: int, workers: int) -> None:
        """Show how much time has passed, and how many submissions wait for how many workers."""
        self._workers = workers
        if self._live is not None:
            self._bars.update(self._task, completed=self.done, more=self._pace())
            self._live.update(self._shown())

    def _pace(self) -> str:
        passed = time.monotonic() - self._started
        failed = f"  {self.failed} failed" if self.failed else ""
        if not self.done:
            return f"{failed}"
        # By the mean so far; submissions differ too much for anything finer.
        left = (self.total - self.done) * passed / self.done
        return f"{failed}  {60 * self.done / passed:.0f} a minute, {clock(left)} left"

    def _shown(self) -> Group:
        """Return what the terminal shows: the bar, and whose submissions are being marked."""
        now = time.monotonic()
        # The longest first: what hangs is what a person wants to see.
        longest = sorted(self._running.items(), key=lambda item: item[1])
        names = [f"{student} ({now - since:.0f} s)" for student, since in longest[:MOST_NAMES]]
        more = len(longest) - len(names)
        text = ", ".join(names) + (f" and {more} more" if more > 0 else "")
        workers = f"{self._workers} worker{'' if self._workers == 1 else 's'}"
        return Group(
            self._bars, Text(on_one_line(f"{workers}: {text or 'starting'}"), overflow="ellipsis", no_wrap=True)
        )

    def summary(self) -> str:
        """Return the run's results in a sentence."""
        seconds = self._seconds or time.monotonic() - self._started
        rate = f", {seconds / self.done:.2f} s each" if self.done else ""
        parts = [f"{_hand_ins(self.statuses[Status.MARKED])} marked in {clock(seconds)}{rate}"]
        parts += [f"{self.statuses[status]} {title}" for status, title in OTHERS.items() if self.statuses[status]]
        if self.unchanged:
            parts.append(f"{self.unchanged} unchanged since they were marked")
        if left := self.total - self.done:
            parts.append(f"{left} not marked yet")
        return f"{'; '.join(parts)}."


def _hand_ins(count: int) -> str:
    return f"{count} hand-in{'' if count == 1 else 's'}"


def said_of(record: Record, score: Score | None) -> str:
    """Return the result of a submission in a line."""
    if score is None:
        return "not written"
    match record.status:
        case Status.MARKED:
            return str(score.sentence)
        case Status.REJECTED:
            return f"refused: {record.notes[0] if record.notes else ''}"
        case _:
            return "for a person to look at: the grader failed on it"


def clock(seconds: float) -> str:
    """Return a time for people, as hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
