"""A grading server as a process of its own, with the tiny course, on a port of this machine."""

from __future__ import annotations

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from autograder.course.course import Course
from autograder.server.accounts import people
from autograder.server.database import Database
from autograder.server.server import now
from autograder.server.tables import Course as CourseRow
from autograder.server.tables import Enrolment, Person, Role

NAME = "arithmetic"
SLUG = "cs231n"
ATTEMPTS = f"/api/v1/courses/{SLUG}/assignments/{NAME}/attempts"
LAST = {"marked", "refused", "for_a_person"}
MOST = 240.0


@dataclass
class Served:
    """A server that runs.

    Attributes:
        course: The course that it serves.
        url: Its address.
        process: Its process.
        database: Its database.
        clients: Programs that talk to it.
    """

    course: Course
    url: str
    process: subprocess.Popen[str]
    database: Database
    clients: list[httpx.Client] = field(default_factory=list)

    def person(self, login: str, role: Role = Role.STUDENT) -> httpx.Client:
        """Return the program of a person, who is put into the course where they are not."""
        with self.database.writing() as session:
            person = people.find_person(session, login)
            if person is None:
                row = session.scalars(select(CourseRow)).one()
                person = Person(login=login, created_at=now())
                session.add(person)
                session.flush()
                student = login if role is Role.STUDENT else ""
                session.add(Enrolment(course_id=row.id, person_id=person.id, role=role, student=student))
            _, token = people.make_token(session, person, "test", now())
        client = httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self.clients.append(client)
        return client

    def stop(self) -> str:
        """Stop the server as an operator does, and return what it printed."""
        if self.process.poll() is None:
            self.process.terminate()
        said, _ = self.process.communicate(timeout=MOST)
        return said


def hand_in(client: httpx.Client, *files: Path | tuple[str, bytes], key: str = "") -> httpx.Response:
    """Hand in files."""
    named = [(one.name, one.read_bytes()) if isinstance(one, Path) else one for one in files]
    return client.post(
        ATTEMPTS, files=[("files", one) for one in named], headers={"Idempotency-Key": key or uuid.uuid4().hex}
    )


def watch(client: httpx.Client, attempt: str) -> list[str]:
    """Return the kinds of an attempt's events, as they were sent until its end."""
    with client.stream("GET", f"/api/v1/attempts/{attempt}/events", timeout=MOST) as answer:
        return [line.removeprefix("event: ") for line in answer.iter_lines() if line.startswith("event: ")]


def show(client: httpx.Client, attempt: str) -> dict[str, Any]:
    """Return what somebody sees of an attempt."""
    found: dict[str, Any] = client.get(f"/api/v1/attempts/{attempt}").raise_for_status().json()
    return found


def wait_until_entered(client: httpx.Client, attempt: str) -> dict[str, Any]:
    """Return what somebody sees of an attempt, once it is in the gradebook."""
    until = time.monotonic() + MOST
    while time.monotonic() < until:
        found = show(client, attempt)
        if found["entered"]:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{attempt} is not in the gradebook after {MOST} s")


@contextmanager
def serving(course: Course, *options: str) -> Iterator[Served]:
    """Run a server for a course, until the context ends.

    Args:
        course: The course.
        options: Further options of `autograder serve`.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.cli", "serve", "--port", "0", "--jobs", "2", *options],
        cwd=course.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("Serving"):
        raise RuntimeError(line + process.communicate()[0])
    url = line.split()[-1]
    database = Database(f"sqlite:///{course.classroom / 'server' / 'server.db'}")
    served = Served(course, url, process, database)
    try:
        yield served
    finally:
        for client in served.clients:
            client.close()
        served.stop()
        database.close()
