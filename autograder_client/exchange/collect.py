"""Collects from the server each student's attempt that counts, for an instructor on another machine."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import ExchangeCollect
from nbgrader.utils import parse_utc

from autograder_client.exchange.base import ServerExchange, safe
from autograder_client.exchange.fetch import unpack
from autograder_client.exchange.listing import NAMED
from autograder_client.http import assignment_path


class ServerCollect(ServerExchange, ExchangeCollect):
    """Puts attempts that count where nbgrader has submissions, with ``timestamp.txt``."""

    def work(self) -> None:
        """Collect them."""
        course, assignment = self.course(), self.assignment()
        path = f"{assignment_path(course, assignment)}/submissions"
        wanted = self.coursedir.student_id
        there = [one for one in self.ask().json(path) if wanted in NAMED or one["student"] == wanted]
        if not there:
            self.log.warning("No submissions of '%s' for course '%s' to collect", assignment, course)
        if self.before_duedate:
            self.log.warning("Which attempt counts is as the server's rules say: before_duedate changes nothing")
        new = {safe(one["student"]) for one in there if self._is_new(one)}
        if new:
            with tempfile.TemporaryDirectory(prefix=".collecting-", dir=self.coursedir.root) as scratch:
                archive = Path(scratch, "submissions.zip")
                self.ask(10 * self.transfer_seconds).download(path, archive, format="zip")
                unpack(archive, Path(scratch, "all"), hidden=True)
                for student in sorted(new):
                    self._put(Path(scratch, "all", student), self._place(student), student)

    def _place(self, student: str) -> Path:
        return Path(
            self.coursedir.format_path(self.coursedir.submitted_directory, student, self.coursedir.assignment_id)
        )

    def _is_new(self, attempt: dict[str, Any]) -> bool:
        """Return whether an attempt has to be collected; an older one as well, where it counts by now."""
        place = self._place(safe(attempt["student"]))
        if not place.is_dir():
            return True
        have = self.coursedir.get_existing_timestamp(str(place))
        if not self.update:
            self.log.info("Submission already exists, use --update to update: %s", place)
        return bool(self.update and have != parse_utc(self.timestamp_of(attempt)))

    def _put(self, found: Path, place: Path, student: str) -> None:
        # It may have been another attempt that counted a moment ago, or none any more.
        if not found.is_dir():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        self.log.info("%s submission: %s", "Updating" if place.is_dir() else "Collecting", student)
        shutil.rmtree(place, ignore_errors=True)
        shutil.move(found, place)
