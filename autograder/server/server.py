"""What every route and process of the server has: its folder, database, courses, key, settings, clock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi import Path as InPath

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course, CourseError
from autograder.course.gradebook_scores import gradebook_points
from autograder.course.handing_in import RULES_FILE, Rules, read_rules
from autograder.i18n.messages import say
from autograder.server.accounts.hub_tokens import HubTokens
from autograder.server.accounts.rates import Busy, Counts, Guesses
from autograder.server.attempts.queue import Place
from autograder.server.attempts.receipts import ReceiptKey
from autograder.server.attempts.storage import Storage
from autograder.server.database import Database
from autograder.server.errors import RequestError
from autograder.server.settings import Settings
from autograder.server.tables import KEY_MAX
from autograder.server.tables import Course as CourseRow

# What stays free of the disk: bytes, or the share of one in so many, whichever is more.
RESERVE, RESERVE_SHARE = 1 << 30, 50


log = logging.getLogger(__name__)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ServedCourse:
    """A course that the server serves.

    Attributes:
        id: Its row.
        slug: Its name in addresses.
        title: What people call it.
        course: Its folders.
        assignments: Those that are set in it, by name.
    """

    id: int
    slug: str
    title: str
    course: Course
    assignments: Mapping[str, Assignment]
    _read: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def assignment(self, name: str) -> Assignment:
        """Return an assignment that is set in it.

        Raises:
            RequestError: There is none of this name.
        """
        if name not in self.assignments:
            raise not_found()
        return self.assignments[name]

    def rules(self, assignment: str) -> Rules:
        """Return the rules of handing in an assignment, as the course's file says them now.

        While the file is wrong, those hold that held before; see `rules_fault`.

        Raises:
            CourseError: The file is wrong, and was so from the beginning.
        """
        rules: Rules = self._look()["rules"][assignment]
        return rules

    @property
    def rules_fault(self) -> str:
        """What is wrong with the file of rules, for staff; empty when nothing is."""
        fault: str = self._look()["fault"]
        return fault

    def _look(self) -> dict[str, Any]:
        file = self.course.root / RULES_FILE
        status = file.stat() if file.is_file() else None
        version = (status.st_mtime_ns, status.st_size) if status else None
        if "rules" in self._read and self._read["version"] == version:
            return self._read
        fault = ""
        try:
            found: Mapping[str, Rules] = read_rules(self.course)
        except CourseError as wrong:
            if "rules" not in self._read:
                raise
            # Whoever edits the file has it half written for a while: nobody must be kept from handing in by that.
            fault, found = str(wrong), self._read["rules"]
            log.error("the rules of before hold: %s", fault)
        # As one, since requests are answered in many threads.
        self._read.update(version=version, rules=found, fault=fault)
        return self._read


@dataclass(frozen=True)
class MarkerStatus:
    """What one assignment's marker is doing.

    Attributes:
        course: The course's name in addresses.
        assignment: The assignment.
        alive: Whether its process runs.
        failing: Whether it has ended by itself so often that it is started again only every half minute.
        restarts: How often it has ended by itself.
    """

    course: str
    assignment: str
    alive: bool
    failing: bool = False
    restarts: int = 0


@dataclass(frozen=True)
class Supervision:
    """What is done beside answering requests.

    Attributes:
        watched: Whether markers are watched, and what is stuck is looked for.
        markers: The markers.
        stuck: What was found stuck so far, how often, by kind.
    """

    watched: bool = True
    markers: Sequence[MarkerStatus] = ()
    stuck: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Server:
    """What routes get.

    Attributes:
        data: The server's folder.
        database: Its database.
        courses: Its courses, by their names in addresses.
        key: Signs receipts.
        settings: Its address, limits on what comes in, providers.
        slots: How many submissions are marked at once.
        clock: Gives the time; nobody else's clock is believed.
        guesses: Wrong tokens that came in the last minutes.
        hub_tokens: What JupyterHub has said of its tokens in the last minutes.
        changes: What people have changed in the last minutes.
        busy: What people have under way.
        wake: Called when there is something to mark, with the course's id and the assignment.
        supervision: Says how marking goes.
        places: Places in the queue, and when they were computed; see `autograder.server.attempts.attempt_view`.
    """

    data: Path
    database: Database
    courses: Mapping[str, ServedCourse]
    key: ReceiptKey
    settings: Settings = field(default_factory=Settings)
    slots: int = 1
    clock: Callable[[], datetime] = now
    guesses: Guesses = field(default_factory=Guesses)
    hub_tokens: HubTokens = field(default_factory=HubTokens)
    changes: Counts = field(default_factory=Counts)
    busy: Busy = field(default_factory=Busy)
    wake: Callable[[int, str], None] = lambda _course, _assignment: None
    supervision: Callable[[], Supervision] = Supervision
    places: dict[tuple[int, str], tuple[float, Mapping[str, Place]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def storage(self) -> Storage:
        """Its files."""
        return Storage(self.data)

    @property
    def reserve(self) -> int:
        """Bytes that stay free on the disk; nothing is taken in when there are fewer."""
        said = self.settings.limits.reserve_bytes
        return said if said is not None else max(RESERVE, self.storage.size() // RESERVE_SHARE)

    def room(self) -> int:
        """Return how many bytes may be written to the disk now; fewer than none when its reserve is used already."""
        return self.storage.free() - self.reserve

    def course(self, slug: str) -> ServedCourse:
        """Return a course by its name in addresses.

        Raises:
            RequestError: There is none; the same that somebody gets who is not in it.
        """
        if slug not in self.courses:
            raise not_found()
        return self.courses[slug]

    def course_of(self, course_id: int) -> ServedCourse:
        """Return the course of a row.

        Raises:
            RequestError: This server does not serve it any longer.
        """
        found = next((one for one in self.courses.values() if one.id == course_id), None)
        if found is None:
            raise not_found()
        return found


def not_found() -> RequestError:
    """Return the error for what is not there, or not for whoever asks."""
    return RequestError(
        404, "not-found", say("There is nothing at this address."), say("Look for it from the first page.")
    )


def server(request: Request) -> Server:
    """Return the server of a request, for routes that depend on it."""
    found: Server = request.app.state.server
    return found


Serves = Annotated[Server, Depends(server)]
# A row's key in an address: databases make an error of a number that none can be.
Key = Annotated[int, InPath(ge=1, le=KEY_MAX)]


def serve_courses(database: Database, courses: Mapping[str, Course]) -> dict[str, ServedCourse]:
    """Return courses with their rows, which are made or brought up to date.

    Args:
        database: The server's database.
        courses: The courses, by their names in addresses.

    Raises:
        CourseError: A course has no assignment that could be handed in.
    """
    served = {}
    for slug, course in courses.items():
        assignments = {name: Assignment(course, name) for name in set_assignments(course)}
        if not assignments:
            raise CourseError(
                f"{course.root} has no assignment in its gradebook: run `autograder release ASSIGNMENT` there first"
            )
        with database.writing() as session:
            row = session.query(CourseRow).filter_by(slug=slug).one_or_none()
            if row is None:
                row = CourseRow(slug=slug, title=slug, root="")
                session.add(row)
            row.root = str(course.root)
            session.flush()
            served[slug] = ServedCourse(row.id, slug, row.title, course, assignments)
    return served


def set_assignments(course: Course) -> list[str]:
    """Return the assignments of a course that can be handed in: those that its gradebook knows."""
    return [name for name in assignment_names(course) if gradebook_points(Assignment(course, name))]
