"""Enters attempts that count into nbgrader's gradebook and folders, by the one writer.

The class is locked only while there is something to write, so that `autograder grade` can work beside the server. What
could not be entered stays waiting in the database (``entered_at`` is empty), and is tried again. Entering twice comes
to the same.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import nbformat
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.course import CourseError
from autograder.course.nbgrader_app import submitted_folder
from autograder.course.results import RecordError, read_record
from autograder.grading.pipeline import comments
from autograder.grading.submitted import Submission, unfit_id
from autograder.grading.task import Reply
from autograder.grading.writer import ClassBusyError, GradebookWriter
from autograder.server.attempts import queue
from autograder.server.attempts.counting import Entry, extended_due, to_enter
from autograder.server.attempts.storage import NOTEBOOK, RECORD, Storage
from autograder.server.database import Database
from autograder.server.server import ServedCourse
from autograder.server.tables import Attempt
from autograder.submissions.checks import TIMESTAMP

log = logging.getLogger(__name__)
# The class stays locked for so long after the last one was entered: opening the gradebook takes longer than entering.
HOLD_SECONDS = 2.0
# What another process holds, or what failed, is tried again after so many seconds.
AGAIN_SECONDS = 2.0
AGAIN_MOST = 60.0


@dataclass
class Entering:
    """Enters attempts of one assignment, in a thread of its own: students see feedback without waiting for it.

    Attributes:
        database: The server's database.
        storage: Its files.
        course: The course.
        assignment: The assignment's name.
        clock: Gives the time.
        failed: What could not be entered, for staff: why, by attempt.
    """

    database: Database
    storage: Storage
    course: ServedCourse
    assignment: str
    clock: Callable[[], datetime]
    failed: dict[str, str] = field(default_factory=dict)
    _not_before: dict[str, float] = field(default_factory=dict)
    _wake: threading.Event = field(default_factory=threading.Event)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="entering")
        self._thread.start()

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def stop(self) -> None:
        """End after the attempt that is being entered, and wait for that."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        wait = AGAIN_SECONDS
        while not self._stop.is_set():
            try:
                self.enter_all()
                wait = AGAIN_SECONDS
            except ClassBusyError as fault:
                log.warning("waiting to enter", extra={"why": str(fault)})
            except (CourseError, OSError, SQLAlchemyError) as fault:
                # A full disk, a gradebook or a database that is gone: nothing is lost, it waits in the database.
                log.error("cannot enter", extra={"why": f"{type(fault).__name__}: {fault}"})
                wait = min(AGAIN_MOST, 2 * wait)
            except Exception:  # a fault of ours must not end the thread: what waits would wait for ever
                log.exception("failed")
                wait = AGAIN_MOST
            self._wake.wait(wait)
            self._wake.clear()

    def enter_all(self) -> int:
        """Enter what waits, and what comes while that is done; return how many it was.

        Raises:
            ClassBusyError: Another process writes.
            CourseError: The gradebook cannot be opened.
            OSError: The disk is full or fails.
            sqlalchemy.exc.SQLAlchemyError: The gradebook, or the server's database, cannot be written.
        """
        if not self._due():
            return 0
        entered = 0
        with GradebookWriter(self.course.course, self.assignment) as writer:
            # From here on: opening the gradebook may take longer than that.
            last = time.monotonic()
            while not self._stop.is_set() and time.monotonic() - last < HOLD_SECONDS:
                for entry in self._due():
                    if self._stop.is_set():
                        break
                    entered += self._enter(writer, entry)
                    last = time.monotonic()
                self._wake.wait(HOLD_SECONDS / 10)
                self._wake.clear()
        return entered

    def _due(self) -> list[Entry]:
        now = time.monotonic()
        waiting = to_enter(self.database, self.course.id, self.assignment)
        return [one for one in waiting if self._not_before.get(one.attempt.id, 0.0) <= now]

    def _enter(self, writer: GradebookWriter, entry: Entry) -> bool:
        """Enter one attempt, and return whether it is in; one that cannot be entered keeps no other from it."""
        attempt = entry.attempt
        try:
            if why := unfit_id(attempt.student):
                raise CourseError(f"{attempt.student}: {why}")
            self._write(writer, entry)
        except SQLAlchemyError:
            raise  # a database's: it concerns all of them
        except Exception as fault:  # whatever is wrong with this one; staff see it, and it is tried again
            if isinstance(fault, OSError) and not self._is_gone(attempt, fault):
                raise  # the disk's: it concerns all of them, too
            if not isinstance(fault, CourseError | RecordError | UnicodeError | OSError):
                log.exception("failed")
            self.failed[attempt.id] = str(fault) or type(fault).__name__
            self._not_before[attempt.id] = time.monotonic() + AGAIN_MOST
            log.error("not entered", extra={"attempt": attempt.id, "student": attempt.student, "why": str(fault)})
            return False
        self.failed.pop(attempt.id, None)
        with self.database.writing() as session:
            row = session.get_one(Attempt, attempt.id, with_for_update=True)
            # Another attempt, or another marking of this one, may count by now: that is entered next.
            if row.counts and row.marking_id == entry.marking.id and row.entered_at is None:
                row.entered_at = self.clock()
                queue.tell(session, attempt.id, "entered", row.entered_at)
            elif not row.counts:
                row.entered_at = None
        log.info("entered", extra={"attempt": attempt.id, "student": attempt.student, "counts": attempt.counts})
        return True

    def _is_gone(self, attempt: Attempt, fault: OSError) -> bool:
        """Return whether files of an attempt are not there any longer, as where retention has deleted them."""
        place = self.storage.attempt(attempt.id)
        return isinstance(fault, FileNotFoundError) and Path(fault.filename or "").is_relative_to(place)

    def _write(self, writer: GradebookWriter, entry: Entry) -> None:
        attempt, made = entry.attempt, self.storage.marking(entry.marking)
        folder = place(self.course, self.assignment, attempt, self.storage.files(attempt.id))
        record = read_record(made / RECORD)
        # As `autograder grade` computes it, so that it sees what has not changed since.
        record = msgspec.structs.replace(record, hand_in_sha256=Submission(attempt.student, folder).digest())
        notebook, said = None, {}
        if (made / NOTEBOOK).is_file():
            notebook = (made / NOTEBOOK).read_bytes()
            said = dict(comments(self.assignment, nbformat.reads(notebook.decode(), as_version=4)))
        reply = Reply(attempt.id, record, notebook, said)
        extension = self._extension(attempt)
        writer.write(attempt.student, folder, reply, numbered=True, extension=extension, counts=attempt.counts)

    def _extension(self, attempt: Attempt) -> timedelta | None:
        """Return how much later than others a student may hand in; None for what is never due."""
        rules = self.course.rules(self.assignment)
        with self.database.reading() as session:
            due = rules.due_for(extended_due(session, attempt.course_id, self.assignment, attempt.person_id))
        return due - rules.due if due is not None and rules.due is not None else None


def timestamp_of(attempt: Attempt) -> str:
    """Return when an attempt came, as nbgrader's ``timestamp.txt`` says it."""
    return attempt.received_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f UTC\n")


def place(course: ServedCourse, assignment: str, attempt: Attempt, files: Path) -> Path:
    """Put an attempt's files where nbgrader has a student's submission, with the time when they came; return where."""
    folder = submitted_folder(course.course, attempt.student, assignment)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside it, under a name that no assignment has: what is cut short is removed by the next one.
    new, old = (folder.with_name(f".{folder.name}.{what}") for what in ("new", "old"))
    for one in (new, old):
        shutil.rmtree(one, ignore_errors=True)
    shutil.copytree(files, new, copy_function=shutil.copyfile)
    (new / TIMESTAMP).write_text(timestamp_of(attempt))
    with contextlib.suppress(FileNotFoundError):
        os.rename(folder, old)
    os.rename(new, folder)
    shutil.rmtree(old, ignore_errors=True)
    return folder
