"""Counts and measures what the server does, for Prometheus.

What requests do is counted as they are answered. What markers do, which are processes of their own, is read from the
database when somebody asks. Labels are courses, assignments, routes and kinds: no request makes a new one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder import __version__
from autograder.server.events import OVERLAP
from autograder.server.server import Server
from autograder.server.tables import Attempt, Job, JobKind, JobState, Marking

log = logging.getLogger(__name__)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Where something is handed in.
UPLOADS = frozenset({"/api/v1/courses/{course}/assignments/{assignment}/attempts", "/c/{course}/{assignment}/"})
PHASES = ("uploaded", "waited", "sent", "marked", "page", "written")
SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0, 20.0, 40.0, 80.0, 160.0, 600.0, 3600.0)
QUICK_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """What a server has counted and measured since it was started.

    Args:
        server: The server.
        watchers: Returns how many watch an attempt.
    """

    def __init__(self, server: Server, watchers: Callable[[], int]) -> None:
        self._server = server
        self._registry = registry = CollectorRegistry()
        Gauge("autograder_build_info", "The kit's version.", ["version"], registry=registry).labels(__version__).set(1)
        self._requests = Histogram(
            "autograder_request_seconds",
            "Seconds from a request to the beginning of its answer.",
            ["method", "route", "status"],
            buckets=QUICK_SECONDS,
            registry=registry,
        )
        self._refused = Counter(
            "autograder_uploads_refused", "Uploads that were not kept, by reason.", ["reason"], registry=registry
        )
        self._taken = Counter(
            "autograder_uploads_kept", "Uploads that were answered with a receipt.", registry=registry
        )
        watching = Gauge("autograder_watchers", "Pages and programs that watch an attempt now.", registry=registry)
        watching.set_function(watchers)
        registry.register(_Looked(server))
        self._marked = _Marked(server, registry)

    def answered(self, method: str, route: str, status: int, seconds: float, fault: str) -> None:
        """Count a request.

        Args:
            method: Its method.
            route: The template of its path; empty where there is no such route.
            status: The answer's status; 0 when there was none.
            seconds: How long it took until the answer began.
            fault: The kind of error that it was answered with; empty when it was none.
        """
        method = method if method in METHODS else "other"
        self._requests.labels(method, route or "none", f"{status // 100}xx" if status else "none").observe(seconds)
        if method == "POST" and route in UPLOADS:
            if status and status < 400:
                self._taken.inc()
            else:
                self._refused.labels(fault or ("cut-short" if not status else "other")).inc()

    def text(self) -> bytes:
        """Return all of them, as Prometheus reads them."""
        self._marked.look()
        return generate_latest(self._registry)


class _Marked:
    """Measures markings that were finished since the server was started; markers write them to the database.

    Args:
        server: The server.
        registry: Where they are shown.
    """

    def __init__(self, server: Server, registry: CollectorRegistry) -> None:
        of = ["course", "assignment"]
        self._server, self._since = server, server.clock()
        self._newest: int | None = None
        self._seen: set[int] = set()
        self._lock = threading.Lock()
        self._phases = Histogram(
            "autograder_phase_seconds",
            "Seconds of each phase of markings.",
            [*of, "phase"],
            buckets=SECONDS,
            registry=registry,
        )
        self._feedback = Histogram(
            "autograder_feedback_seconds",
            "Seconds from an attempt's last byte to its feedback.",
            of,
            buckets=SECONDS,
            registry=registry,
        )
        self._markings = Counter(
            "autograder_markings", "Markings that were finished.", [*of, "kind", "status"], registry=registry
        )

    def look(self) -> None:
        """Measure what has been finished since the last look."""
        try:
            with self._lock, self._server.database.reading() as session:
                self._look(session)
        except SQLAlchemyError as fault:
            log.warning("cannot look for markings", extra={"why": f"{type(fault).__name__}: {fault}"})

    def _look(self, session: Session) -> None:
        if self._newest is None:
            before = select(func.max(Marking.id)).where(Marking.made_at < self._since)
            self._newest = session.scalar(before) or 0
            last = Marking.id.between(self._newest - OVERLAP, self._newest)
            self._seen = set(session.scalars(select(Marking.id).where(last)))
        # PostgreSQL gives ids before it commits: the last ones are looked at again.
        chosen = (
            select(Marking.id, Marking.status, Job, Attempt.course_id, Attempt.assignment)
            .join(Job, Marking.job_id == Job.id)
            .join(Attempt, Marking.attempt_id == Attempt.id)
            .where(Marking.id > self._newest - OVERLAP)
            .order_by(Marking.id)
        )
        courses = {one.id: one.slug for one in self._server.courses.values()}
        for id_, status, job, course_id, assignment in session.execute(chosen):
            self._newest = max(self._newest, id_)
            if id_ in self._seen or course_id not in courses:
                continue
            self._seen.add(id_)
            self._measure(job, status, (courses[course_id], assignment))
        self._seen = {one for one in self._seen if one > self._newest - OVERLAP}

    def _measure(self, job: Job, status: str, of: tuple[str, str]) -> None:
        self._markings.labels(*of, job.kind.value, status).inc()
        seconds = dict(job.seconds)
        if job.begun_at is not None:
            seconds["waited"] = (job.begun_at - job.queued_at).total_seconds()
        for phase in PHASES:
            if phase in seconds:
                self._phases.labels(*of, phase).observe(max(0.0, float(seconds[phase])))
        if job.kind is JobKind.LIVE and job.finished_at is not None:
            self._feedback.labels(*of).observe(max(0.0, (job.finished_at - job.queued_at).total_seconds()))


class _Looked:
    """What is as it is at the moment: the queue, attempts, markers, the disk.

    Args:
        server: The server.
    """

    def __init__(self, server: Server) -> None:
        self._server = server

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what there is is known when it is looked at."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Yield what is seen now."""
        up = GaugeMetricFamily("autograder_database_up", "Whether the database answers.")
        try:
            with self._server.database.reading() as session:
                found = [*self._queue(session), *self._attempts(session)]
            up.add_metric([], 1)
            yield from found
        except SQLAlchemyError as fault:
            log.warning("cannot look at the database", extra={"why": f"{type(fault).__name__}: {fault}"})
            up.add_metric([], 0)
        yield up
        yield from self._machine()

    def _queue(self, session: Session) -> Iterable[Metric]:
        jobs = GaugeMetricFamily(
            "autograder_queue_jobs", "Markings that wait or are being made.", labels=["kind", "state"]
        )
        age = GaugeMetricFamily(
            "autograder_queue_oldest_seconds", "How long the oldest of those that wait has waited.", labels=["kind"]
        )
        states = (JobState.QUEUED, JobState.LEASED)
        query = (
            select(Job.kind, Job.state, func.count(), func.min(Job.queued_at))
            .where(Job.state.in_(states))
            .group_by(Job.kind, Job.state)
        )
        found: dict[tuple[JobKind, JobState], tuple[int, datetime]] = {
            (kind, state): (count, oldest) for kind, state, count, oldest in session.execute(query)
        }
        now = self._server.clock()
        for kind in JobKind:
            for state in states:
                jobs.add_metric([kind.value, state.value], found.get((kind, state), (0, now))[0])
            waited = now - found.get((kind, JobState.QUEUED), (0, now))[1]
            age.add_metric([kind.value], max(waited, timedelta()).total_seconds())
        yield jobs
        yield age

    def _attempts(self, session: Session) -> Iterable[Metric]:
        attempts = GaugeMetricFamily(
            "autograder_attempts", "Attempts, by what has become of them.", labels=["course", "assignment", "state"]
        )
        query = select(Attempt.course_id, Attempt.assignment, Attempt.state, func.count()).group_by(
            Attempt.course_id, Attempt.assignment, Attempt.state
        )
        courses = {one.id: one.slug for one in self._server.courses.values()}
        for course_id, assignment, state, count in session.execute(query):
            if course_id in courses:
                attempts.add_metric([courses[course_id], assignment, state.value], count)
        yield attempts

    def _machine(self) -> Iterable[Metric]:
        seen = self._server.supervision()
        of = ["course", "assignment"]
        up = GaugeMetricFamily("autograder_marker_up", "Whether an assignment's marker runs.", labels=of)
        restarts = CounterMetricFamily(
            "autograder_marker_restarts", "How often a marker has ended by itself.", labels=of
        )
        for one in seen.markers:
            up.add_metric([one.course, one.assignment], one.alive)
            restarts.add_metric([one.course, one.assignment], one.restarts)
        stuck = CounterMetricFamily("autograder_stuck", "What was found stuck, and put right.", labels=["kind"])
        for kind, count in seen.stuck.items():
            stuck.add_metric([kind], count)
        yield from (up, restarts, stuck)
        yield GaugeMetricFamily(
            "autograder_marking_slots", "Submissions that a marker marks at once.", self._server.slots
        )
        try:
            free, reserve = self._server.storage.free(), self._server.reserve
        except OSError as fault:
            log.warning("cannot look at the disk", extra={"why": str(fault)})
            return
        yield GaugeMetricFamily("autograder_disk_free_bytes", "Bytes that are free on the server's disk.", free)
        yield GaugeMetricFamily(
            "autograder_disk_reserve_bytes", "Bytes that stay free: nothing is taken in below.", reserve
        )
