"""Lists assignments and attempts as the server knows them, so that they are the same on every machine."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import ExchangeList

from autograder_client.errors import ClientError
from autograder_client.exchange.base import FEEDBACK, NotDone, NotListed, ServerExchange, is_fetched, safe
from autograder_client.http import assignment_path, course_path
from autograder_client.states import line_of

# The number of the marking of which a feedback page tells, beside the page: another one makes it new.
MARKING = ".marking"
# JupyterLab asks for what is released, and at once for what was handed in: the same answer tells both.
SAME_SECONDS = 2.0
NAMED = {"", "*"}


class ServerList(ServerExchange, ExchangeList):
    """Lists what is released, fetched and handed in; for staff what others have handed in."""

    # What the server has told last, for whom and when; and a fault that JupyterLab has had no way to show.
    _told: tuple[tuple[str, str], float, list[dict[str, Any]]] | None = None
    _unsaid: str = ""

    def start(self) -> list[dict[str, Any]]:
        """Return the list.

        Raises:
            NotDone: There is none.
            NotListed: There is none, and JupyterLab's Assignment List asks.
        """
        said, ServerList._unsaid = ServerList._unsaid, ""
        if not (said and self.in_lab):
            try:
                found: list[dict[str, Any]] = super().start()
                return found
            except NotDone as fault:
                if not self.in_lab:
                    raise
                said = fault.said
        raise NotListed(said) from None

    @staticmethod
    def say_later(said: str) -> None:
        """Let the next list say what went wrong: JupyterLab shows no fault of fetching, and lists after it."""
        ServerList._unsaid = said

    def work(self) -> list[dict[str, Any]]:
        """Return the list."""
        if self.inbound and self.cached:
            raise ClientError("--inbound and --cached cannot be used together: leave one out")
        if self.remove:
            return self.withdraw()
        if self.inbound:
            found = [one for told in self._assignments() for one in self._inbound(told)]
        elif self.cached:
            found = [self._submitted(one, one["attempts"]) for one in self._assignments()]
        else:
            found = [self._released(one) for one in self._assignments() if one["released"]]
            self._log("Released assignments:", (f"{one['course_id']} {one['assignment_id']}" for one in found))
            return found
        found = [one for one in found if one["submissions"]]
        rows = (row for one in found for row in one["submissions"])
        self._log(
            "Submitted assignments:",
            ("{course_id} {student_id} {assignment_id} {timestamp}".format(**row) for row in rows),
        )
        return found

    def _log(self, title: str, lines: Any) -> None:
        self.log.info(title)
        for line in lines:
            self.log.info(line)

    def withdraw(self) -> list[dict[str, Any]]:
        """Let students no longer fetch an assignment, and return it."""
        if self.inbound or self.cached:
            raise ClientError("what was handed in stays on the server: there is nothing to remove")
        course, assignment = self.course(), self.assignment()
        self.ask().delete(f"{assignment_path(course, assignment)}/release")
        return [{"course_id": course, "assignment_id": assignment, "status": "removed", "path": "", "notebooks": []}]

    def _assignments(self) -> list[dict[str, Any]]:
        """Return the assignments that are meant, as the server tells them."""
        server, course = self.ask(), str(self.coursedir.course_id or "")
        who, told = (server.settings.url, course), ServerList._told
        ServerList._told = None
        if self.cached and told and told[0] == who and time.monotonic() - told[1] < SAME_SECONDS:
            found = told[2]
        else:
            found = server.json(f"{course_path(course)}/assignments" if course else "/api/v1/assignments")
            if not self.cached:
                ServerList._told = (who, time.monotonic(), found)
        named = self.coursedir.assignment_id
        return [one for one in found if named in NAMED or one["assignment"] == named]

    def _released(self, told: Mapping[str, Any]) -> dict[str, Any]:
        folder = self.folder(told["course"], told["assignment"])
        fetched = is_fetched(folder)
        due = f" (due {_local(told['due_at'], told['zone'])})" if self.in_lab and told["due_at"] else ""
        paths = sorted(folder.glob("*.ipynb")) if fetched else [folder / f"{name}.ipynb" for name in told["notebooks"]]
        return {
            "course_id": told["course"],
            "assignment_id": told["assignment"],
            "status": "fetched" if fetched else "released",
            "path": str(folder),
            "notebooks": [{"notebook_id": f"{path.stem}{due}", "path": str(path)} for path in paths],
        }

    def _inbound(self, told: Mapping[str, Any]) -> list[dict[str, Any]]:
        path = f"{assignment_path(told['course'], told['assignment'])}/submissions"
        wanted = self.coursedir.student_id
        # One of each student: the attempt that counts.
        return [self._submitted(told, [one]) for one in self.ask().json(path) if wanted in NAMED | {one["student"]}]

    def _submitted(self, told: Mapping[str, Any], attempts: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "course_id": told["course"],
            "student_id": attempts[0]["student"] if attempts else "",
            "assignment_id": told["assignment"],
            "status": "submitted",
            "submissions": sorted((self._attempt(one) for one in attempts), key=lambda one: str(one["timestamp"])),
        }

    def _attempt(self, attempt: Mapping[str, Any]) -> dict[str, Any]:
        timestamp = self.timestamp_of(attempt)
        place = self.folder(attempt["course"], attempt["assignment"]) / FEEDBACK / safe(timestamp)
        page = place / f"{attempt['assignment']}.html"
        there = {
            "has_local_feedback": page.is_file(),
            "has_exchange_feedback": attempt["feedback"] is not None,
            "feedback_updated": page.is_file() and is_newer(attempt, place),
        }
        path = str(page) if page.is_file() else None
        return {
            "course_id": attempt["course"],
            "student_id": attempt["student"],
            "assignment_id": attempt["assignment"],
            # JupyterLab shows nothing else of an attempt; to programs it is a time.
            "timestamp": f"{timestamp[:19]} {self.timezone}, {line_of(attempt)}" if self.in_lab else timestamp,
            "status": "submitted",
            "path": str(place.parent.parent),
            "notebooks": [{"notebook_id": attempt["assignment"], "local_feedback_path": path, **there}],
            "local_feedback_path": str(place) if path else None,
            **there,
        }


def _local(at: str, zone: str) -> str:
    """Return a time as the server tells it, in the zone of the course's rules."""
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M}, {zone}"


def is_newer(attempt: Mapping[str, Any], place: Path) -> bool:
    """Return whether the server has another feedback page of an attempt than a folder has."""
    if attempt["feedback"] is None:
        return False
    try:
        return (place / MARKING).read_text(encoding="ascii").strip() != str(attempt["feedback"])
    except (OSError, UnicodeDecodeError):
        return True
