"""Marks the hand-ins of a class: keeps workers busy, sees to it that each is marked once, and hands on what came of it.

A hand-in whose worker has ended is sent again; whether that was its own doing cannot be known. One with which workers
end again and again is left to a person, and the class goes on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.grading.cluster import Begun, Done, Event, Failed, Killed, Lost, Workers
from autograder.grading.journal import Journal
from autograder.grading.progress import Progress
from autograder.grading.stopping import stop_between
from autograder.grading.submitted import Submission
from autograder.grading.task import Parcel, Reply
from autograder.kernel.sandbox.fork import SandboxError
from autograder.marking.execution.isolation import WeakIsolationError
from autograder.marking.mark_file import rejected, unmarked
from autograder.marking.mark_notebook import HandIn
from autograder.submissions.checks import Rejected, data_of, not_readable

# Where workers are killed every few seconds, an honest hand-in is still marked; and a course of thousands goes on
# after some tens of seconds with one that kills them.
KILLS = 8
# For how much it counts when a worker ends to which a hand-in was sent, but which had not begun with it.
ONLY_SENT = 1 / 4
FAULTS = 2
# Sent ahead to each worker, so that none waits for the grader.
AHEAD = 2
# Of files that are on their way at the same time.
BYTES = 64 << 20
POLL_SECONDS = 0.5
COUNT_SECONDS = 5.0
# What is wrong with the course or the machine is wrong with all hand-ins.
FATAL = (CourseError, SandboxError, WeakIsolationError)


@dataclass
class Ticket:
    """A hand-in on its way.

    Attributes:
        submission: The hand-in.
        id: Names this marking of it in the journal.
        digest: Of its bytes as they were sent.
        size: How many of them were sent.
        sent: How often it was sent.
        begun: Whether a worker has begun with it, since it was last sent.
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
        """Names its latest sending."""
        return f"{self.id}.{self.sent}"


# Called with a hand-in, the digest of its bytes, and what came of it, in the main thread, one after another.
Sink = Callable[[Submission, str, Reply], None]


@dataclass
class ClassRun:
    """One run over hand-ins.

    Attributes:
        assignment: The assignment.
        workers: Where they are marked.
        sink: Takes what came of each.
        journal: Where it is told.
        progress: Whom it is shown.
    """

    assignment: Assignment
    workers: Workers
    sink: Sink
    journal: Journal
    progress: Progress
    _waiting: deque[Ticket] = field(default_factory=deque)
    _flying: dict[str, Ticket] = field(default_factory=dict)
    _slots: int = 0
    _counted: float = float("-inf")

    def mark(self, submissions: Iterable[Submission]) -> None:
        """Mark hand-ins. Ctrl-C stops between two of them.

        Raises:
            ClusterError: The scheduler is gone.
            CourseError: The course or a worker is not fit to mark them.
            KeyboardInterrupt: Ctrl-C was pressed.
            SandboxError: A kernel cannot be shut in as far as it must be.
            WeakIsolationError: They would be marked with less than full isolation, and nobody has allowed that.
        """
        run = self.journal.run
        self._waiting = deque(Ticket(one, f"{run}-{number:05d}") for number, one in enumerate(submissions, start=1))
        with stop_between() as stop:
            while self._waiting or self._flying:
                stop.check()
                self._fill()
                event = self.workers.next(POLL_SECONDS) if self._flying else None
                if event is not None:
                    self._take(event)
                self.progress.tick(len(self._waiting), self._slots)

    def _fill(self) -> None:
        """Send hand-ins as far as there are workers for them."""
        if time.monotonic() - self._counted > COUNT_SECONDS:
            self._slots, self._counted = self.workers.slots, time.monotonic()
        room = AHEAD * max(1, self._slots)
        while self._waiting and len(self._flying) < room:
            if self._flying and sum(ticket.size for ticket in self._flying.values()) > BYTES:
                return
            self._send(self._waiting.popleft())

    def _send(self, ticket: Ticket) -> None:
        submission = ticket.submission
        try:
            files = submission.files()
            ticket.digest = submission.digest()
        except (OSError, Rejected) as fault:
            self._finish(ticket, self._unread(ticket, fault))
            return
        ticket.size, ticket.sent, ticket.begun = sum(map(len, files.values())), ticket.sent + 1, False
        self._flying[ticket.key] = ticket
        self.journal.tell("sent", id=ticket.id, student=submission.student, bytes=ticket.size, time_sent=ticket.sent)
        self.workers.send(ticket.key, Parcel(ticket.id, submission.student, files), run=ticket.run)

    def _take(self, event: Event) -> None:
        if isinstance(event, Begun):
            self._begin(event)
            return
        ticket = self._flying.pop(event.key)
        self.progress.end(ticket.submission.student)
        match event:
            case Done():
                self.journal.add({"student": ticket.submission.student, **line} for line in event.reply.log)
                self._finish(ticket, event.reply)
            case Killed():
                ticket.kills += event.workers * (1 if ticket.begun else ONLY_SENT)
                self._again(ticket, "worker ended", ticket.kills >= KILLS)
            case Lost():
                self._again(ticket, "lost", False)
            case Failed():
                self._failed(ticket, event.fault)

    def _begin(self, event: Begun) -> None:
        if event.key not in self._flying:  # it is known already what came of it
            return
        ticket = self._flying[event.key]
        ticket.begun = True
        student = ticket.submission.student
        self.journal.tell("begun", id=ticket.id, student=student, worker=event.worker, pid=event.pid)
        self.progress.begin(student)

    def _failed(self, ticket: Ticket, fault: BaseException) -> None:
        if isinstance(fault, FATAL):
            raise fault
        ticket.faults += 1
        self._again(ticket, "grader failed", ticket.faults >= FAULTS, f"{type(fault).__name__}: {fault}")

    def _again(self, ticket: Ticket, why: str, given_up: bool, reason: str = "") -> None:
        """Send a hand-in again, after all others; when it is given up only to be made ready for a person to read."""
        more = {"reason": reason} if reason else {}
        self.journal.tell(why, id=ticket.id, student=ticket.submission.student, level="warning", **more)
        if given_up and not ticket.run:
            self._finish(ticket, self._unmarked(ticket))
            return
        if given_up:
            ticket.run, ticket.kills, ticket.faults = False, 0, 0
        self._waiting.append(ticket)

    def _finish(self, ticket: Ticket, reply: Reply) -> None:
        self.sink(ticket.submission, ticket.digest, reply)
        record = reply.record
        self.journal.tell(
            "finished",
            id=ticket.id,
            student=record.student,
            status=record.status,
            score=record.score,
            of=record.max_score,
        )
        self.progress.finish(record)

    def _unread(self, ticket: Ticket, fault: OSError | Rejected) -> Reply:
        """Return what becomes of a hand-in that could not be read."""
        why = not_readable(ticket.submission.folder, fault) if isinstance(fault, OSError) else fault
        if isinstance(why, Rejected) and ticket.submission.folder.exists():
            return self._refusal(ticket, str(why))
        self.journal.tell("unreadable", id=ticket.id, student=ticket.submission.student, reason=str(fault))
        return self._unmarked(ticket)

    def _refusal(self, ticket: Ticket, why: str) -> Reply:
        """Return what becomes of a hand-in that must not be opened."""
        data = data_of(ticket.submission.folder / f"{self.assignment.name}.ipynb")
        self.journal.tell("refused", id=ticket.id, student=ticket.submission.student, reason=why)
        return Reply(ticket.id, rejected(self.assignment, ticket.submission.student, data, why), None)

    def _unmarked(self, ticket: Ticket) -> Reply:
        """Return what becomes of a hand-in that a person has to look at."""
        return Reply(ticket.id, unmarked(self.assignment, HandIn(ticket.submission.student, b"")), None)
