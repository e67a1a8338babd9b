"""Keeps a marker running for each assignment that can be handed in, and gives back what a dead one had.

Markers are processes of their own: nothing that happens to one stops the web server, or another. The supervisor's
threads run in the web server's process; markers end when it does, because their input ends.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from autograder.course.course import CourseError
from autograder.kernel.sandbox.levels import Level
from autograder.server.attempts import queue
from autograder.server.attempts.counting import to_enter
from autograder.server.attempts.rule_changes import RuleWatch
from autograder.server.marking.order import GRACE_SECONDS, STALE_EXIT, Order
from autograder.server.marking.sweeper import SWEEP_SECONDS, Sweeper
from autograder.server.operating.log import LOGS, roll
from autograder.server.server import MarkerStatus, ServedCourse, Server, Supervision
from autograder.server.tables import Attempt, Job, JobState

log = logging.getLogger(__name__)
# Waits before a marker that has ended is started again, in seconds; they double up to the most, and begin anew with one
# that has worked for a while.
RESTART_SECONDS, RESTART_MOST, WORKED_SECONDS = 0.5, 30.0, 60.0
# How often it is looked which markers are needed.
LOOK_SECONDS = 5.0
# One that has nothing to do, for an assignment that nobody can hand in now, ends after that time.
IDLE_SECONDS = 600.0
# Beyond `GRACE_SECONDS`: ending workers, and the gradebook.
END_SECONDS = GRACE_SECONDS + 15.0


@dataclass(frozen=True)
class MarkerSettings:
    """How markers mark.

    Attributes:
        jobs: How many submissions each marks at once; None for one for each core.
        scheduler: The address of a dask scheduler whose workers mark instead.
        level: The level of the sandbox that is asked for; None for the strongest that there is.
        weaker: Whether a level below full is acceptable.
    """

    jobs: int | None = None
    scheduler: str | None = None
    level: Level | None = None
    weaker: bool = False


@dataclass
class Watched:
    """A marker's process, as its supervisor sees it.

    Attributes:
        course: The course.
        assignment: The assignment's name.
        owner: The marker's name in leases.
        process: Its process; None while there is none.
        started: When it was started, by a clock that nobody sets.
        restarts: How often it has ended by itself.
        wait: Seconds until it is started again.
        not_before: When it may be started again.
        needed: When it was needed last.
    """

    course: ServedCourse
    assignment: str
    owner: str = ""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    restarts: int = 0
    wait: float = RESTART_SECONDS
    not_before: float = 0.0
    needed: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Keeps markers running.

    Attributes:
        server: The server.
        settings: How markers mark.
        sweeper: Finds what is stuck.
        markers: What it watches, by course and assignment.
        command: Starts a marker.
    """

    server: Server
    settings: MarkerSettings
    sweeper: Sweeper
    markers: dict[tuple[int, str], Watched] = field(default_factory=dict)
    command: Sequence[str] = (sys.executable, "-m", "autograder.server.marking.marker")
    _stopped: threading.Event = field(default_factory=threading.Event)
    _look: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Give back what markers of before had, and start."""
        for course in self.server.courses.values():
            for assignment in course.assignments:
                self.markers[course.id, assignment] = Watched(course, assignment)
        self._give_back_all()
        for target in (self._watch, self._sweep):
            thread = threading.Thread(target=target, name=target.__name__)
            thread.start()
            self._threads.append(thread)

    def wake(self, course_id: int, assignment: str) -> None:
        """Tell a marker that there is something new; it is started if it does not run. Never waits."""
        watched = self.markers.get((course_id, assignment))
        if watched is None:
            return
        process = watched.process
        if process is None or process.stdin is None or process.poll() is not None:
            self._look.set()
            return
        try:
            os.write(process.stdin.fileno(), b"\n")
        except (BlockingIOError, BrokenPipeError, ValueError, OSError):
            # Full: it has been told often enough. Closed: it is about to be started again.
            self._look.set()

    def status(self) -> Supervision:
        """Return how marking goes."""
        markers = [
            MarkerStatus(
                one.course.slug,
                one.assignment,
                alive=one.alive,
                failing=not one.alive and one.wait >= RESTART_MOST,
                restarts=one.restarts,
            )
            for one in self.markers.values()
        ]
        return Supervision(all(one.is_alive() for one in self._threads), markers, dict(self.sweeper.found))

    def stop(self) -> None:
        """Stop markers: they finish what they have, or give it back."""
        self._stopped.set()
        self._look.set()
        for thread in self._threads:
            thread.join()
        for watched in self.markers.values():
            _close(watched)
        ends = time.monotonic() + END_SECONDS
        for watched in self.markers.values():
            if watched.process is None:
                continue
            try:
                watched.process.wait(max(0.1, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.error("marker killed", extra={"assignment": watched.assignment})
                watched.process.kill()
                watched.process.wait()
            self._give_back(watched, "")

    def _watch(self) -> None:
        while not self._stopped.is_set():
            self._look.clear()
            for watched in self.markers.values():
                try:
                    self._look_after(watched)
                # A database that is gone, a full disk, no room for a process: the others are looked after all the same,
                # and this one again.
                except (SQLAlchemyError, OSError) as fault:
                    why = f"{type(fault).__name__}: {fault}"
                    log.error("cannot look after", extra={"assignment": watched.assignment, "why": why})
            self._look.wait(self._pause())

    def _pause(self) -> float:
        """Return how long nothing has to be looked after, in seconds."""
        now = time.monotonic()
        waits = [one.not_before - now for one in self.markers.values() if not one.alive and one.not_before > now]
        # A dead marker's leases are given back as soon as that is seen.
        return max(0.05, min([*waits, 0.5 if any(one.alive for one in self.markers.values()) else LOOK_SECONDS]))

    def _look_after(self, watched: Watched) -> None:
        now = time.monotonic()
        if watched.process is not None and not watched.alive:
            self._ended(watched)
        if self._is_needed(watched):
            watched.needed = now
            if watched.process is None and now >= watched.not_before:
                self._begin(watched)
        elif watched.alive and now - watched.needed > IDLE_SECONDS:
            log.info("marker is not needed", extra={"assignment": watched.assignment})
            _close(watched)

    def _is_needed(self, watched: Watched) -> bool:
        # Whether there is work is asked for those that do not run, or might end; the others ask themselves.
        if watched.alive and time.monotonic() - watched.needed < IDLE_SECONDS:
            return True
        return self._is_open(watched) or self._has_work(watched)

    def _is_open(self, watched: Watched) -> bool:
        try:
            rules = watched.course.rules(watched.assignment)
        except CourseError as fault:
            log.error("the rules are wrong", extra={"why": str(fault)})
            return False
        # Extensions are later than that; whoever has one hands in, and then there is work.
        now, closes = self.server.clock(), rules.closes()
        return (rules.opens is None or rules.opens <= now) and (closes is None or now <= closes)

    def _has_work(self, watched: Watched) -> bool:
        waiting = (
            select(Job.id)
            .join(Attempt, Job.attempt_id == Attempt.id)
            .where(
                Job.state == JobState.QUEUED,
                Attempt.course_id == watched.course.id,
                Attempt.assignment == watched.assignment,
            )
            .limit(1)
        )
        with self.server.database.reading() as session:
            if session.scalar(waiting) is not None:
                return True
        return bool(to_enter(self.server.database, watched.course.id, watched.assignment))

    def _begin(self, watched: Watched) -> None:
        watched.owner, watched.started = f"{os.uname().nodename}-{uuid.uuid4().hex[:12]}", time.monotonic()
        order = Order(
            owner=watched.owner,
            data=str(self.server.data),
            database=self.server.database.url,
            course_id=watched.course.id,
            slug=watched.course.slug,
            root=str(watched.course.course.root),
            assignment=watched.assignment,
            jobs=self.settings.jobs,
            scheduler=self.settings.scheduler,
            level=self.settings.level,
            weaker=self.settings.weaker,
            at_once=self.server.settings.limits.marking_each,
        )
        said_by_all = self.server.data / LOGS / "markers.log"
        said_by_all.parent.mkdir(exist_ok=True)
        roll(said_by_all)
        with said_by_all.open("ab") as said:
            process = subprocess.Popen(
                self.command,
                cwd=watched.course.course.root,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
                env=environment(),
                # Ctrl-C in a terminal is for the server, which then stops its markers.
                start_new_session=True,
            )
        assert process.stdin is not None  # asked for above
        # Kept first: where it has ended already, that is seen when it is looked after next.
        watched.process = process
        process.stdin.write(msgspec.json.encode(order) + b"\n")
        process.stdin.flush()
        os.set_blocking(process.stdin.fileno(), False)
        log.info("marker started", extra={"assignment": watched.assignment, "pid": process.pid, "owner": watched.owner})

    def _ended(self, watched: Watched) -> None:
        process, watched.process = watched.process, None
        assert process is not None  # looked at by the caller
        code, now = process.returncode, time.monotonic()
        _close_input(process)
        as_told = code in {0, STALE_EXIT}
        why = "" if as_told else f"its marker ended with {code}"
        given_back = self._give_back(watched, why)
        if as_told:
            # In this very look, if it is needed.
            watched.wait, watched.not_before = RESTART_SECONDS, 0.0
            return
        watched.restarts += 1
        if now - watched.started > WORKED_SECONDS:
            watched.wait = RESTART_SECONDS
        watched.not_before = now + watched.wait
        log.error(
            "marker ended",
            extra={
                "assignment": watched.assignment,
                "code": code,
                "given_back": given_back,
                "starts_again_in": watched.wait,
                "see": "logs/markers.log",
            },
        )
        watched.wait = min(RESTART_MOST, 2 * watched.wait)

    def _give_back(self, watched: Watched, why: str) -> int:
        """Give back what a marker has left; without a database, its leases run out by themselves."""
        try:
            return len(queue.release(self.server.database, watched.owner, self.server.clock(), why))
        except SQLAlchemyError as fault:
            log.error("cannot give back", extra={"why": f"{type(fault).__name__}: {fault}"})
            return 0

    def _give_back_all(self) -> None:
        """Give back what markers of an earlier server had: they ended with it."""
        with self.server.database.reading() as session:
            owners = session.scalars(select(Job.owner).where(Job.state == JobState.LEASED).distinct()).all()
        for owner in owners:
            if owner is not None:
                queue.release(self.server.database, owner, self.server.clock(), "the server ended")

    def _sweep(self) -> None:
        rules = RuleWatch(self.server)
        while not self._stopped.wait(SWEEP_SECONDS):
            try:
                self.sweeper.sweep(self.server.clock())
                rules.look(self.server.clock())
            except (SQLAlchemyError, OSError) as fault:
                log.error("cannot sweep", extra={"why": f"{type(fault).__name__}: {fault}"})


def environment() -> Mapping[str, str]:
    """Return the environment of a marker: this process's, in which nbgrader finds alembic."""
    return {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }


def _close(watched: Watched) -> None:
    """Tell a marker to stop."""
    if watched.process is not None:
        _close_input(watched.process)


def _close_input(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        # What was not flushed had no room; nobody misses it.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
