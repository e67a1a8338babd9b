"""A grading server as a process of its own, with a class of any size; what is measured, or hurt, hands in over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import nbformat
import psutil

from autograder.course.course import Course
from autograder.server.accounts import people
from autograder.server.database import Database
from autograder.server.server import now, serve_courses
from autograder.server.tables import Enrolment, Person, Role

SLUG = "cs231n"
READY_SECONDS, STOP_SECONDS = 300.0, 120.0
MARKER = "autograder.server.marking.marker"


class HostingError(Exception):
    """The server does not run; the message says what it printed."""


# Other code for a module of the server's processes: a clock that is wrong, say. The product knows nothing of it.
PATCH = """
import importlib.abc, importlib.util, os, sys


class Patch(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != {module!r}:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            exec({code!r}, vars(module))

        spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, Patch())
# Another file of this name, which this one stands before, is run as well.
for place in sys.path:
    other = os.path.join(place, "sitecustomize.py")
    if place != os.path.dirname(__file__) and os.path.isfile(other):
        exec(compile(open(other).read(), other, "exec"))
        break
"""


def patched(base: Mapping[str, str], folder: Path, module: str, code: str) -> dict[str, str]:
    """Return an environment in whose processes some code is run in a module once that is imported.

    Args:
        base: The environment otherwise.
        folder: A scratch folder, which is made.
        module: The module's name.
        code: The code, which sees the module's names.
    """
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(PATCH.format(module=module, code=code))
    places = [str(folder), *filter(None, [base.get("PYTHONPATH")])]
    return {**base, "PYTHONPATH": os.pathsep.join(places)}


@dataclass(frozen=True)
class Student:
    """A student of the class.

    Attributes:
        login: The name and the id in the gradebook.
        token: Signs the student's programs in.
    """

    login: str
    token: str


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Hosted:
    """A server and its class.

    Attributes:
        course: The course that it serves.
        assignment: The assignment that is handed in.
        data: The server's folder.
        environment: The environment of its processes.
        database_url: The URL of its database; SQLite in its folder when left out.
        options: Further options of ``autograder serve``.
        port: Where it listens: the same one each time that it is started.
        process: Its process; None before it is started.
    """

    course: Course
    assignment: str
    data: Path
    environment: Mapping[str, str]
    database_url: str = ""
    options: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.database_url = self.database_url or f"sqlite:///{self.data / 'server.db'}"

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def attempts(self) -> str:
        """Where attempts are handed in."""
        return f"/api/v1/courses/{SLUG}/assignments/{self.assignment}/attempts"

    @property
    def log(self) -> Path:
        """What the web server prints."""
        return self.course.root / "server.log"

    def enrol(self, count: int) -> list[Student]:
        """Make a class of so many students, before the server is started for the first time."""
        database = Database(self.database_url)
        try:
            database.migrate()
            served = serve_courses(database, {SLUG: self.course})[SLUG]
            made = []
            with database.writing() as session:
                for number in range(count):
                    login = f"student{number:04d}"
                    person = Person(login=login, created_at=now())
                    session.add(person)
                    session.flush()
                    session.add(Enrolment(course_id=served.id, person_id=person.id, role=Role.STUDENT, student=login))
                    made.append(Student(login, people.make_token(session, person, "", now())[1]))
        finally:
            database.close()
        return made

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            HostingError: It does not.
        """
        self.begin()
        self.wait()

    def begin(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "autograder.cli", "serve", "--data", str(self.data), "--port", str(self.port)]
        options = ["--database", self.database_url, "--allow-weaker-isolation", *self.options]
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, *options], cwd=self.course.root, env=dict(self.environment), stdout=said, stderr=said
            )

    def wait(self) -> None:
        """Wait until it answers.

        Raises:
            HostingError: It does not.
        """
        opener, ends = build_opener(ProxyHandler({})), time.monotonic() + READY_SECONDS
        while time.monotonic() < ends and self.alive:
            try:
                with opener.open(f"{self.url}/api/v1/receipt-key", timeout=10):
                    return
            except OSError:
                time.sleep(0.05)
        raise HostingError(f"the server does not answer: {self.log.read_text(errors='replace')[-2000:]}")

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def markers(self) -> list[psutil.Process]:
        """Return its markers that run."""
        if self.process is None or not self.alive:
            return []
        try:
            return [one for one in psutil.Process(self.process.pid).children() if MARKER in one.cmdline()]
        except psutil.Error:  # it has just ended
            return []

    def workers(self) -> list[int]:
        """Return the processes that have marked last and still run, as the marker's log names them."""
        log = self.data / "logs" / f"{SLUG}-{self.assignment}.jsonl"
        lines = log.read_bytes().splitlines()[-200:] if log.is_file() else []
        pids = (pid_in(line) for line in reversed(lines))
        return [pid for pid in dict.fromkeys(pids) if pid and psutil.pid_exists(pid)]

    def memory(self) -> dict[str, int]:
        """Return the bytes that are resident, of the web server and of everything that its markers have started."""
        assert self.process is not None
        web = psutil.Process(self.process.pid)
        marking = [process for one in self.markers() for process in (one, *one.children(recursive=True))]
        return {"web": web.memory_info().rss, "marking": sum(map(private, marking))}

    def kill(self) -> None:
        """Kill the web server, and nothing else of it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> None:
        """Stop it as an operator does."""
        if self.process is not None and self.alive:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)


def pid_in(line: bytes) -> int:
    """Return the process that has begun with something, as a line of the marker's log says it; 0 when it says else."""
    try:
        told = json.loads(line)
    except ValueError:  # it is being written
        return 0
    return int(told["pid"]) if told.get("event") == "begun" else 0


def private(process: psutil.Process) -> int:
    """Return the bytes of a process, what it shares with others counted in parts; 0 when it has ended."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


class Varied:
    """Copies of a notebook that differ in their bytes, and in nothing that is marked.

    Args:
        notebook: The notebook.
    """

    def __init__(self, notebook: nbformat.NotebookNode) -> None:
        self._notebook: dict[str, Any] = json.loads(nbformat.writes(notebook))

    def copy(self, name: str) -> bytes:
        """Return the copy of a name."""
        metadata = {**self._notebook["metadata"], "hand_in": name}
        return json.dumps({**self._notebook, "metadata": metadata}, indent=1, ensure_ascii=False).encode()
