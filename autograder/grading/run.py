"""Marks submissions: keeps workers busy, ensures that each is marked once, and hands the results on.

They come from a class's list, or, as long as the grading server runs, from its queue: see `SubmissionSource`.

A submission whose worker has ended is sent again, because nobody can know whether that was its own doing. A submission
with which workers end again and again is left to a person, and the class goes on. Ctrl-C waits until the current step
is done: it could interrupt a transaction, or be lost.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.score import Score
from autograder.grading.cluster import Workers
from autograder.grading.journal import Journal
from autograder.grading.progress import Progress
from autograder.grading.submitted import Submission
from autograder.grading.task import Begun, Done, Event, Failed, Killed, Lost, MarkingTask, Reply
from autograder.i18n.messages import Message
from autograder.kernel.sandbox.fork import SandboxError
from autograder.marking.execution.isolation import WeakIsolationError
from autograder.marking.new_record import SubmissionData, rejected, unmarked
from autograder.submissions.checks import Rejected, data_in, not_readable

# So many deaths of its workers make a submission one for a person. Where something else kills workers every few
# seconds, an honest submission is still marked; one that kills them itself keeps a class of thousands for some tens of
# seconds.
KILLS = 8
# What the death of a worker counts for a submission that was sent to it, but with which it had not begun.
ONLY_SENT = 1 / 4
# The grader fails the same way twice, unless the machine was to blame.
FAULTS = 2
# Sent ahead to each worker, so that none waits for the grader.
AHEAD = 2
# Bytes of files that are on their way at the same time: the grader and the scheduler both hold them.
BYTES = 64 << 20
POLL_SECONDS = 0.5
COUNT_SECONDS = 5.0
# What is wrong with the course or the machine is wrong with all submissions.
FATAL = (CourseError, SandboxError, WeakIsolationError)


@dataclass
class Ticket:
    """A submission on its way.

    Attributes:
        submission: The submission.
        id: Names this marking of it in the journal.
        digest: The digest of its bytes as they were sent.
        size: How many bytes were sent.
        sent: How often it was sent.
        begun: Whether a worker has begun with it since it was last sent.
        kills: How many workers have ended with it; see `ONLY_SENT`.
        faults: How often the grader failed on it.
        run: Whether its code may still be run.
    """

    submission: Submission
    id: str
    digest: str = ""
    size: int = 0
    sent: int = 0
    begun: bool = False
    kills: float = 0
    faults: int = 0
    run: bool = True

    @property
    def key(self) -> str:
        """The name of its latest sending: what an earlier one still reports finds no ticket."""
        return f"{self.id}.{self.sent}"


# Called with a submission, the digest of its bytes, and its result, in the main thread, one after another; returns the
# submission's score, None where it could not be written.
Sink = Callable[[Submission, str, Reply], Score | None]


class SubmissionSource(Protocol):
    """Where submissions come from."""

    @property
    def open(self) -> bool:
        """Whether more can come."""
        ...

    def take(self, room: int) -> Iterable[Ticket]:
        """Return what is to be marked next; what there is no room for waits in the run.

        Args:
            room: How many more workers take now; at least 1.
        """
        ...

    def begin(self, ticket: Ticket) -> None:
        """Take note that a worker has begun with a submission."""
        ...


class ClassList:
    """A class's submissions, which are all there from the beginning.

    Args:
        submissions: The submissions.
        run: Names the run in their ids.
    """

    def __init__(self, submissions: Iterable[Submission], run: str) -> None:
        self._tickets = [Ticket(one, f"{run}-{number:05d}") for number, one in enumerate(submissions, start=1)]

    @property
    def open(self) -> bool:
        """Whether they have not been taken yet."""
        return bool(self._tickets)

    def take(self, _room: int) -> Iterable[Ticket]:
        """Return all of them, once."""
        taken, self._tickets = self._tickets, []
        return taken

    def begin(self, _ticket: Ticket) -> None:
        """Do nothing: nobody waits to hear it."""


@dataclass
class ClassRun:
    """One run over submissions.

    Attributes:
        workers: The workers that mark them.
        sink: Takes each result; see `Sink`.
        journal: The log of the run.
        progress: The display of the run.
    """

    assignment: Assignment
    workers: Workers
    sink: Sink
    journal: Journal
    progress: Progress
    _source: SubmissionSource = field(default_factory=lambda: ClassList([], ""))
    _waiting: deque[Ticket] = field(default_factory=deque)
    _flying: dict[str, Ticket] = field(default_factory=dict)
    _slots: int = 0
    _counted: float = float("-inf")

    def mark(self, source: SubmissionSource) -> None:
        """Mark what comes from a source, until no more can come. Ctrl-C stops between two submissions.

        Raises:
            ClusterError: The scheduler has gone.
            CourseError: The course or a worker cannot mark them.
            KeyboardInterrupt: Ctrl-C was pressed.
            SandboxError: A kernel cannot be sandboxed as far as it must be.
            WeakIsolationError: They would be marked with less than full isolation, and nobody has allowed that.
        """
        self._source = source
        with stop_between() as stop:
            while source.open or self._waiting or self._flying:
                stop.check()
                self._fill()
                # Waited for also where nothing is on its way, and more can come: `Workers.wake` ends it.
                event = self.workers.next(POLL_SECONDS) if self._flying or source.open else None
                if event is not None:
                    self._take(event)
                self.progress.tick(len(self._waiting), self._slots)

    def _fill(self) -> None:
        """Send submissions as far as there are workers for them."""
        # Counting asks the scheduler, which has more to do.
        if time.monotonic() - self._counted > COUNT_SECONDS:
            self._slots, self._counted = self.workers.slots, time.monotonic()
        # With no workers at all, one place stays open: the scheduler keeps what is sent until a worker comes.
        room = AHEAD * max(1, self._slots)
        if self._source.open and (free := room - len(self._flying) - len(self._waiting)) > 0:
            self._waiting.extend(self._source.take(free))
        while self._waiting and len(self._flying) < room:
            if self._flying and sum(ticket.size for ticket in self._flying.values()) > BYTES:
                return
            self._send(self._waiting.popleft())

    def _send(self, ticket: Ticket) -> None:
        submission = ticket.submission
        try:
            # Read now and not at the start: a class of thousands would fill the memory.
            submitted = submission.collect()
            ticket.digest = submission.digest(submitted.files)
        except (OSError, Rejected) as fault:
            self._finish(ticket, self._unread(ticket, fault))
            return
        # A new key for each sending, so that a late report of the one before cannot be taken for this one's.
        ticket.size, ticket.sent, ticket.begun = submitted.size, ticket.sent + 1, False
        self._flying[ticket.key] = ticket
        self.journal.tell("sent", id=ticket.id, student=submission.student, bytes=ticket.size, time_sent=ticket.sent)
        task = MarkingTask(ticket.id, submission.student, submitted, submission.attempt)
        self.workers.send(ticket.key, task, run=ticket.run)

    def _take(self, event: Event) -> None:
        if isinstance(event, Begun):
            self._begin(event)
            return
        # From here on it is not on its way: it is sent again below, or it is done.
        ticket = self._flying.pop(event.key)
        self.progress.end(ticket.submission.student)
        match event:
            case Done():
                self.journal.add({"student": ticket.submission.student, **line} for line in event.reply.log)
                self._finish(ticket, event.reply)
            case Killed():
                ticket.kills += event.workers * (1 if ticket.begun else ONLY_SENT)
                self._again(ticket, "worker ended", ticket.kills >= KILLS)
            # This is nobody's fault, so it counts for nothing.
            case Lost():
                self._again(ticket, "lost", False)
            case Failed():
                self._failed(ticket, event.fault)

    def _begin(self, event: Begun) -> None:
        if event.key not in self._flying:  # its result came first: events and results take different ways
            return
        ticket = self._flying[event.key]
        ticket.begun = True
        student = ticket.submission.student
        self.journal.tell("begun", id=ticket.id, student=student, worker=event.worker, pid=event.pid)
        self.progress.begin(student)
        self._source.begin(ticket)

    def _failed(self, ticket: Ticket, fault: BaseException) -> None:
        if isinstance(fault, FATAL):
            raise fault
        ticket.faults += 1
        self._again(ticket, "grader failed", ticket.faults >= FAULTS, f"{type(fault).__name__}: {fault}")

    def _again(self, ticket: Ticket, why: str, given_up: bool, reason: str = "") -> None:
        """Send a submission again, after all others; one that is given up is only prepared for a person to read."""
        more = {"reason": reason} if reason else {}
        self.journal.tell(why, id=ticket.id, student=ticket.submission.student, level="warning", **more)
        # Not even reading it works: the record is made here.
        if given_up and not ticket.run:
            self._finish(ticket, self._unmarked(ticket))
            return
        if given_up:
            ticket.run, ticket.kills, ticket.faults = False, 0, 0
        self._waiting.append(ticket)

    def _finish(self, ticket: Ticket, reply: Reply) -> None:
        score = self.sink(ticket.submission, ticket.digest, reply)
        record = reply.record
        self.journal.tell(
            "finished",
            id=ticket.id,
            student=record.student,
            status=record.status,
            score=record.score,
            of=record.max_score,
        )
        self.progress.finish(record, score)

    def _unread(self, ticket: Ticket, fault: OSError | Rejected) -> Reply:
        """Return the result of a submission that could not be read."""
        why = not_readable(ticket.submission.folder, fault) if isinstance(fault, OSError) else fault
        if isinstance(why, Rejected) and ticket.submission.folder.exists():
            return self._refusal(ticket, why.message)
        self.journal.tell("unreadable", id=ticket.id, student=ticket.submission.student, reason=str(fault))
        return self._unmarked(ticket)

    def _refusal(self, ticket: Ticket, why: Message) -> Reply:
        """Return the result of a submission that must not be opened."""
        data = data_in(ticket.submission.folder, self.assignment.name)
        self.journal.tell("refused", id=ticket.id, student=ticket.submission.student, reason=str(why))
        return Reply(ticket.id, rejected(self.assignment, ticket.submission.student, data, why), None)

    def _unmarked(self, ticket: Ticket) -> Reply:
        """Return the result of a submission that a person has to look at."""
        return Reply(ticket.id, unmarked(self.assignment, SubmissionData(ticket.submission.student, b"")), None)


class Stop:
    """A request to stop.

    Attributes:
        asked: Whether Ctrl-C was pressed.
    """

    def __init__(self) -> None:
        self.asked = False

    def check(self) -> None:
        """Stop here if Ctrl-C was pressed.

        Raises:
            KeyboardInterrupt: It was pressed.
        """
        if self.asked:
            raise KeyboardInterrupt

    def take(self, _number: int, _frame: Any) -> None:
        """Note Ctrl-C; pressed a second time, it stops at once.

        Raises:
            KeyboardInterrupt: It was pressed before.
        """
        self.check()
        self.asked = True


@contextmanager
def stop_between() -> Iterator[Stop]:
    """Yield a `Stop` that tells whether Ctrl-C was pressed; in the context, pressing it once stops nothing by itself.

    In a thread that is not the main one, where no signals arrive, nothing is changed.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, stop.take)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
