"""Marks one assignment's attempts as they come: a process of the grading server's, with warm workers.

    python -m autograder.server.marking.marker

`autograder.server.marking.supervisor` starts it, in the course's folder, and writes what it is to do as a line of
JSON to its input (see `Order`). Each further line says that there is something new. When the input ends, or on
SIGTERM, it takes nothing more, finishes what it has, gives back what takes too long, and ends.

It is the class run's own marking, of what comes from the queue instead of a list; see `autograder.grading.run`.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from autograder.course.assignment import Assignment
from autograder.course.course import Course, CourseError
from autograder.course.handing_in import read_rules
from autograder.course.nbgrader_app import load_config
from autograder.course.results import Record
from autograder.course.score import Score
from autograder.grading import forkserver
from autograder.grading.cluster import Workers, jobs_here, workers
from autograder.grading.gradebook.book import Book
from autograder.grading.journal import Journal
from autograder.grading.run import ClassRun, Ticket
from autograder.grading.submitted import Submission
from autograder.grading.task import Reply, RunSettings
from autograder.nbgrader_plugins.mark_cells import MarkCells
from autograder.server.attempts import queue, results
from autograder.server.attempts.queue import Claim, Fairness
from autograder.server.attempts.storage import FULL, Storage
from autograder.server.database import Database
from autograder.server.marking.entering import Entering
from autograder.server.marking.order import FATAL_EXIT, GRACE_SECONDS, STALE_EXIT, Order
from autograder.server.operating.log import LOGS, roll
from autograder.server.server import ServedCourse, now

log = logging.getLogger(__name__)
# While the main loop does not get so far as to look at its queue, leases are not renewed: it hangs.
STUCK_SECONDS = 120.0
# How often it is looked whether tests, salt or the gradebook's cells are others than those that are marked with.
STALE_SECONDS = 20.0
# Without being told, it looks into the queue so often.
LOOK_SECONDS = 1.0
# Waits for a database that is gone, or a disk that is full, in seconds, until the stop.
DATABASE_SECONDS = (0.2, 0.5, 1.0, 2.0)
T = TypeVar("T")


@dataclass(frozen=True)
class ClaimedSubmission(Submission):
    """An attempt that a marker has taken.

    Attributes:
        claim: The claim.
    """

    claim: Claim = None  # type: ignore[assignment]  # a dataclass's fields after those with defaults need one


@dataclass
class Taken:
    """A claim, and what is known of it.

    Attributes:
        claim: The claim.
        at: When it was taken, by a clock that nobody sets.
        begun: When a worker began with it; None before.
    """

    claim: Claim
    at: float
    begun: float | None = None


@dataclass
class Display:
    """Stands in for a run's display: nobody looks at a marker, but it shows that the run goes on.

    Attributes:
        ticked: When the run last came by, by a clock that nobody sets.
    """

    ticked: float = field(default_factory=time.monotonic)

    def begin(self, student: str) -> None:
        """Do nothing."""

    def end(self, student: str) -> None:
        """Do nothing."""

    def finish(self, record: Record, score: Score | None) -> None:
        """Do nothing."""

    def tick(self, waiting: int, workers: int) -> None:
        """Note that the run comes by."""
        self.ticked = time.monotonic()


@dataclass
class Marker:
    """A marker at work: the source of `ClassRun`'s submissions, and where its results go.

    Attributes:
        order: What it does.
        database: The server's database.
        storage: The server's files.
        course: The course.
        settings: What submissions are marked with.
        entering: Enters what counts.
        clock: Gives the time.
        display: Shows that the run goes on.
        wake_workers: Lets the run look for something new at once.
    """

    order: Order
    database: Database
    storage: Storage
    course: ServedCourse
    settings: RunSettings
    entering: Entering
    clock: Callable[[], datetime] = now
    display: Display = field(default_factory=Display)
    wake_workers: Callable[[], None] = lambda: None
    _taken: dict[int, Taken] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _asked: threading.Event = field(default_factory=threading.Event)
    _looked: float = 0.0

    @property
    def open(self) -> bool:
        """Whether it takes more."""
        return not self._stopping.is_set()

    def take(self, room: int) -> Iterable[Ticket]:
        """Take what comes next from the queue."""
        asked = self._asked.is_set()
        if not asked and time.monotonic() - self._looked < LOOK_SECONDS:
            return []
        self._asked.clear()
        try:
            taken = queue.take(
                self.database,
                self.order.course_id,
                self.order.assignment,
                self.order.owner,
                room,
                self.clock(),
                Fairness(self.order.at_once),
            )
            claims = [claim for claim in taken if self._has_files(claim)]
        except GONE as fault:
            log.warning("the database is gone", extra={"why": str(fault.orig)})
            self._looked = time.monotonic()
            return []
        # As long as there is something to take, it is looked again at once when there is room.
        if taken:
            self._asked.set()
        self._looked = time.monotonic()
        with self._lock:
            for claim in claims:
                self._taken[claim.job_id] = Taken(claim, time.monotonic())
        return [self._ticket(claim) for claim in claims]

    def _has_files(self, claim: Claim) -> bool:
        """Return whether there is something to mark; what retention has deleted keeps the marks that it has."""
        if self.storage.files(claim.attempt_id).is_dir():
            return True
        log.error("nothing to mark", extra={"attempt": claim.attempt_id, "claim": claim.key})
        queue.fail(self.database, claim, "what was handed in is not there any longer", self.clock(), most=1)
        return False

    def _ticket(self, claim: Claim) -> Ticket:
        folder = self.storage.files(claim.attempt_id)
        return Ticket(ClaimedSubmission(claim.student, folder, claim.attempt_number, claim), claim.key)

    def begin(self, ticket: Ticket) -> None:
        """Tell that a worker has begun with it."""
        claim = claim_of(ticket.submission)
        with self._lock:
            taken = self._taken.get(claim.job_id)
        if taken is not None and taken.begun is None:
            taken.begun = time.monotonic()
            self.patiently(lambda: queue.begin(self.database, claim, self.clock()))

    def finish(self, submission: Submission, digest: str, reply: Reply) -> Score | None:
        """Keep what it came to."""
        claim = claim_of(submission)
        with self._lock:
            taken = self._taken.pop(claim.job_id)
        done = time.monotonic()
        begun = taken.begun or done
        seconds = {"sent": begun - taken.at, "marked": done - begun, **page_seconds(reply)}
        record = self._completed(reply.record, digest, submission)
        reply = dataclasses.replace(reply, record=record)
        rules = self.course.rules(self.order.assignment)
        kept = self.patiently(
            lambda: results.keep(self.database, self.storage, rules, claim, reply, seconds, self.clock)
        )
        if not kept:
            return None
        self.entering.wake()
        return Score.of_record(record)

    def _completed(self, record: Record, digest: str, submission: Submission) -> Record:
        return msgspec.structs.replace(
            record, hand_in_sha256=digest, basis_sha256=self.settings.basis, attempt=submission.attempt
        )

    def patiently(self, do: Callable[[], T]) -> T:
        """Do something with the database or the disk; while the one is gone, or the other is full, try again.

        Raises:
            OSError: The disk is full, and the marker is to stop; or it fails in another way.
            sqlalchemy.exc.DBAPIError: The database is gone, and the marker is to stop.
        """
        waits = iter(DATABASE_SECONDS)
        while True:
            try:
                return do()
            except (*GONE, OSError) as fault:
                if isinstance(fault, OSError) and fault.errno not in FULL:
                    raise
                log.warning("the database is gone, or the disk is full", extra={"why": str(fault)})
                if self._stopping.wait(next(waits, DATABASE_SECONDS[-1])):
                    raise

    def look(self) -> None:
        """Look into the queue at once: somebody says that there is something new."""
        self._asked.set()
        self.wake_workers()
        self.entering.wake()

    def stop(self) -> None:
        """Take nothing more; after `GRACE_SECONDS`, stop with what is under way."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self.wake_workers()
        timer = threading.Timer(GRACE_SECONDS, self._stop_run)
        timer.daemon = True
        timer.start()

    def _stop_run(self) -> None:
        # As Ctrl-C stops a class run: between two submissions.
        os.kill(os.getpid(), signal.SIGINT)
        self.wake_workers()

    def keep_leases(self, ended: threading.Event) -> None:
        """Renew the leases of what it has, until it has ended; runs in a thread of its own."""
        while not ended.wait(queue.HEARTBEAT_SECONDS):
            if time.monotonic() - self.display.ticked > STUCK_SECONDS:
                log.error("the marker hangs: its leases run out")
                continue
            with self._lock:
                claims = [taken.claim for taken in self._taken.values()]
            if not claims:
                continue
            try:
                queue.renew(self.database, claims, self.clock())
            except SQLAlchemyError as fault:
                log.warning("cannot renew leases", extra={"why": f"{type(fault).__name__}: {fault}"})


GONE = (OperationalError, InterfaceError)


def claim_of(submission: Submission) -> Claim:
    """Return the claim of a submission that a marker has taken."""
    assert isinstance(submission, ClaimedSubmission)
    return submission.claim


def page_seconds(reply: Reply) -> dict[str, float]:
    """Return how long making the page took, as the worker has said it."""
    made = [line["seconds"] for line in reply.log if line.get("event") == "page made"]
    return {"page": made[0]} if made else {}


def settings_of(assignment: Assignment, order: Order) -> RunSettings:
    """Return what an assignment's attempts are marked with.

    Raises:
        CourseError: The gradebook cannot be read, or does not know the assignment.
    """
    config = load_config(assignment.course)
    configured: Any = MarkCells(config=config)
    folders = CourseDirectory(config=config, assignment_id=assignment.name)
    book = Book(folders.db_url, folders.course_id, assignment.name, assignment.notebooks)
    try:
        cells = book.known
    finally:
        book.close()
    return RunSettings.of(
        assignment,
        cells,
        limits=configured.limits,
        level=order.level,
        weaker=order.weaker or configured.weaker_isolation,
        all_cells=configured.all_cells,
        pages=True,
        hints_from=read_rules(assignment.course)[assignment.name].hints,
    )


def run(order: Order) -> int:
    """Mark until it is told to stop, and return the exit code."""
    course = Course(Path(order.root))
    assignment = Assignment(course, order.assignment)
    settings = settings_of(assignment, order)
    database, storage = Database(order.database), Storage(Path(order.data))
    served = ServedCourse(order.course_id, order.slug, "", course, {order.assignment: assignment})
    # Those of now hold while somebody has the file half written.
    served.rules(order.assignment)
    entering = Entering(database, storage, served, order.assignment, now)
    marker = Marker(order, database, storage, served, settings, entering)
    signal.signal(signal.SIGTERM, lambda *_: marker.stop())
    ended, stale = threading.Event(), threading.Event()
    beside = [
        threading.Thread(target=target, args=arguments, daemon=True)
        for target, arguments in (
            (listen, (marker,)),
            (marker.keep_leases, (ended,)),
            (watch_basis, (marker, order, ended, stale)),
        )
    ]
    logging.getLogger("autograder.server").setLevel(logging.INFO)
    # It tells of each connection.
    logging.getLogger("distributed").setLevel(logging.WARNING)
    log_file = Path(order.data) / LOGS / f"{order.slug}-{order.assignment}.jsonl"
    roll(log_file)
    try:
        if order.scheduler is None:
            assignment.prepare_data()
        with (
            Journal(log_file, order.owner) as journal,
            journal.taking("autograder", "distributed", level=logging.INFO),
            workers(settings, jobs_here(order.jobs), order.scheduler) as there,
        ):
            mark(marker, there, journal, beside)
    except (KeyboardInterrupt, DBAPIError, OSError) as stopped:
        print(f"marker of {order.assignment}: stopped ({type(stopped).__name__})", file=sys.stderr, flush=True)
    except CourseError as fault:
        print(f"marker of {order.assignment}: {fault}", file=sys.stderr, flush=True)
        return FATAL_EXIT
    finally:
        ended.set()
        entering.stop()
        give_back(database, order.owner)
        database.close()
    return STALE_EXIT if stale.is_set() else 0


def mark(marker: Marker, there: Workers, journal: Journal, beside: list[threading.Thread]) -> None:
    """Mark what comes."""
    marker.wake_workers = there.wake
    there.warm()
    for thread in beside:
        thread.start()
    marker.entering.start()
    display: Any = marker.display
    ClassRun(marker.course.assignments[marker.order.assignment], there, marker.finish, journal, display).mark(marker)


def give_back(database: Database, owner: str) -> None:
    """Give back what a marker has not finished; without a database, its leases end by themselves."""
    try:
        queue.release(database, owner, now())
    except DBAPIError as fault:
        log.warning("cannot give back", extra={"why": str(fault)})


def listen(marker: Marker) -> None:
    """Take what the supervisor says: a line when there is something new; when it ends, the marker is to stop."""
    for _line in sys.stdin.buffer:
        marker.look()
    marker.stop()


def watch_basis(marker: Marker, order: Order, ended: threading.Event, stale: threading.Event) -> None:
    """Stop the marker when an instructor has changed what it marks with: the next one marks with that."""
    while not ended.wait(STALE_SECONDS):
        try:
            now_set = settings_of(Assignment(Course(Path(order.root)), order.assignment), order)
        except (CourseError, OSError, ValueError) as fault:  # in the middle of a change
            log.warning("cannot read the assignment", extra={"why": str(fault)})
            continue
        if now_set != marker.settings:
            log.warning("what is marked with has changed")
            stale.set()
            marker.stop()
            return


def main() -> int:
    """Run the command."""
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    if order.scheduler is None:
        forkserver.begin()
    return run(order)


if __name__ == "__main__":
    sys.exit(main())
