"""Runs the grading server: everything that `autograder serve` starts, until it is stopped."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI
from filelock import FileLock, Timeout
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import select

from autograder.course.course import CONFIG, Course, CourseError
from autograder.course.gradebook_database import without_password
from autograder.course.nbgrader_app import load_config
from autograder.grading.cluster import jobs_here
from autograder.marking.execution.isolation import admitted
from autograder.server.app import make_app
from autograder.server.attempts.receipts import key_at
from autograder.server.attempts.storage import Storage
from autograder.server.connections import PatientProtocol, raise_file_limit
from autograder.server.database import Database
from autograder.server.events import Feed
from autograder.server.marking.supervisor import MarkerSettings, Supervisor
from autograder.server.marking.sweeper import Sweeper
from autograder.server.operating.log import logging_to
from autograder.server.server import Server, serve_courses
from autograder.server.settings import Settings, database_url, read_settings
from autograder.server.tables import Attempt

log = logging.getLogger(__name__)
HOST, PORT = "127.0.0.1", 8765
# Requests that are under way when the server is told to stop may take so long.
REQUEST_SECONDS = 20
LOCK = "serving.lock"
# Connections that wait to be accepted: a class hands in within the same minute.
BACKLOG = 2048


@dataclass(frozen=True)
class ServeRequest:
    """What is to be served, and how.

    Attributes:
        courses: The courses' folders.
        data: The server's folder; None for ``classroom/server`` of the only course.
        host: The address that it listens on.
        port: The port; 0 for any that is free.
        url: The address by which people reach it; None for what the settings say, or that of host and port.
        database: The database's URL; None for what the settings say, or SQLite in the server's folder.
        markers: How submissions are marked.
        log_to_stderr: Whether the log is written there, as containers have it, and not to the server's folder.
    """

    courses: Sequence[Path]
    data: Path | None = None
    host: str = HOST
    port: int = PORT
    url: str | None = None
    database: str | None = None
    markers: MarkerSettings = field(default_factory=MarkerSettings)
    log_to_stderr: bool = False


@dataclass(frozen=True)
class Serving:
    """A server that is set up, and not yet running.

    Attributes:
        server: The server.
        app: Its web application.
        supervisor: Its markers.
    """

    server: Server
    app: FastAPI
    supervisor: Supervisor


@contextmanager
def set_up(request: ServeRequest) -> Iterator[Serving]:
    """Yield a server with its database and courses, for what is done on it; its markers run in the context.

    Raises:
        CourseError: A course or a setting is wrong, or a server runs with the same folder.
        WeakIsolationError: Submissions would be marked with less than full isolation, and nobody has allowed that.
    """
    courses = find_courses(request.courses)
    data = data_folder(request, courses)
    with (
        _alone(data),
        logging_to(None if request.log_to_stderr else data),
        _set_up(request, courses, data) as serving,
    ):
        yield serving


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Keep a second server from a folder in the context: it would take from the first one's markers what they have.

    Raises:
        CourseError: A server works with it already.
    """
    try:
        # The system lets go of it when this process ends in whatever way.
        lock = FileLock(data / LOCK).acquire(timeout=0)
    except Timeout as fault:
        raise CourseError(
            f"{data}: a server runs with this folder already: stop that one, or name another folder with --data"
        ) from fault
    with lock:
        yield


@contextmanager
def _set_up(request: ServeRequest, courses: dict[str, Course], data: Path) -> Iterator[Serving]:
    settings = read_settings(data, request.url)
    if request.url is None and settings.url == Settings.url:
        settings = replace(settings, url=f"http://{request.host}:{request.port}")
    if request.markers.scheduler is None:
        # Now, and not with the first hand-in.
        admitted(request.markers.level, request.markers.weaker)
    database = Database(database_url(data, settings, request.database))
    try:
        database.migrate()
        storage = Storage(data)
        storage.forget_scratch()
        _check_same(database, storage)
        server = Server(
            data=data,
            database=database,
            courses=serve_courses(database, courses),
            key=key_at(data),
            settings=settings,
            slots=jobs_here(request.markers.jobs).count,
        )
        supervisor = Supervisor(server, request.markers, Sweeper(database, server.storage))
        server = replace(server, wake=supervisor.wake, supervision=supervisor.status)
        supervisor.server = server
        for course in server.courses.values():
            for assignment in course.assignments:
                course.rules(assignment)  # what is wrong with them is said before anybody hands in
        supervisor.start()
        try:
            yield Serving(server, make_app(server), supervisor)
        finally:
            supervisor.stop()
    finally:
        database.close()


def _check_same(database: Database, storage: Storage) -> None:
    """Check that a database is the one of a server's folder.

    Raises:
        CourseError: It knows no attempt, and there are some.
    """
    with database.reading() as session:
        knows = session.scalar(select(Attempt.id).limit(1)) is not None
    if not knows and (found := storage.first_marked()) is not None:
        raise CourseError(
            f"{storage.attempts} holds attempts, such as {found}, and the database "
            f"{without_password(database.url)} knows none: name the one that belongs to the folder with --database, or "
            "in server.toml, or bring its rows over by `autograder server backup` and `restore`"
        )


def find_courses(folders: Sequence[Path]) -> dict[str, Course]:
    """Return courses by their names in addresses, nbgrader's ``course_id``.

    Raises:
        CourseError: A folder is no course, or two have the same name.
    """
    found: dict[str, Course] = {}
    for folder in folders:
        root = folder.resolve()
        if not (root / CONFIG).is_file():
            raise CourseError(f"{folder} is no course: it has no {CONFIG}; name the folder that has it")
        course = Course(root)
        slug = str(CourseDirectory(config=load_config(course)).course_id)
        if not slug or not slug.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise CourseError(
                f"{root / CONFIG}: c.CourseDirectory.course_id is {slug!r}: addresses hold it, so give it letters, "
                "digits, - and _ alone"
            )
        if slug in found:
            raise CourseError(
                f"{root} and {found[slug].root} are both {slug!r}: give one another c.CourseDirectory.course_id"
            )
        found[slug] = course
    return found


def data_folder(request: ServeRequest, courses: dict[str, Course]) -> Path:
    """Return the server's folder, which is made where it is not there; nobody else may look into it.

    Raises:
        CourseError: There are several courses, and none is named.
    """
    if request.data is None and len(courses) != 1:
        raise CourseError("with several courses, say where the server keeps its files: --data FOLDER")
    data = request.data or next(iter(courses.values())).classroom / "server"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return data.resolve()


class WebServer(uvicorn.Server):
    """uvicorn, which ends what watches attempts when it is told to stop: it would wait for that otherwise.

    Args:
        config: uvicorn's.
        feed: What watches.
    """

    def __init__(self, config: uvicorn.Config, feed: Feed) -> None:
        super().__init__(config)
        self._feed = feed

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on signals in the context, and leave it at that: uvicorn's own sends them to the process once more."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, on a signal."""
        self._feed.end()
        super().handle_exit(sig, frame)


def serve(request: ServeRequest) -> None:
    """Serve until SIGTERM or Ctrl-C: what is under way is finished, and what cannot be is given back."""
    with (
        listening(request) as sock,
        set_up(address_of(request, sock)) as serving,
    ):
        print(f"Serving {', '.join(serving.server.courses)} at {serving.server.settings.url}", flush=True)
        run_web(serving, sock)
        print("Stopping: what is being marked is finished first ...", flush=True)


def run_web(serving: Serving, sock: socket.socket) -> None:
    """Answer requests until the process is told to stop."""
    raise_file_limit()
    config = uvicorn.Config(
        serving.app,
        http=PatientProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=REQUEST_SECONDS,
        forwarded_allow_ips=list(serving.server.settings.trusted_proxies),
    )
    WebServer(config, serving.app.state.feed).run(sockets=[sock])


@contextmanager
def listening(request: ServeRequest) -> Iterator[socket.socket]:
    """Yield the socket on which the server listens.

    Raises:
        CourseError: Something else listens there, or there is no such address.
    """
    family = socket.AF_INET6 if ":" in request.host else socket.AF_INET
    with socket.socket(family) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((request.host, request.port))
        except OSError as fault:
            raise CourseError(
                f"cannot listen on {request.host}, port {request.port} ({fault.strerror}): look whether a server runs "
                "there already, or name another with --port"
            ) from fault
        # Who comes before it answers waits, and is not turned away.
        sock.listen(BACKLOG)
        yield sock


def address_of(request: ServeRequest, sock: socket.socket) -> ServeRequest:
    """Return a request that names the port which was given to it."""
    return replace(request, port=sock.getsockname()[1])
