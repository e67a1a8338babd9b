"""Sends an assignment to the server, for an instructor on another machine."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from nbgrader.exchange.abc import ExchangeReleaseAssignment, ExchangeReleaseFeedback
from nbgrader.utils import ignore_patterns

from autograder_client.errors import ClientError
from autograder_client.exchange.base import ServerExchange
from autograder_client.http import assignment_path
from autograder_client.submitting import files_below


class ServerReleaseAssignment(ServerExchange, ExchangeReleaseAssignment):
    """Lets students fetch an assignment."""

    def work(self) -> Any:
        """Send the folder that students get."""
        course, assignment = self.course(), self.assignment()
        folder = Path(self.coursedir.format_path(self.coursedir.release_directory, ".", assignment))
        if not folder.is_dir():
            raise ClientError(f"there is no {folder}: make it first, with `autograder release {assignment}`")
        path = assignment_path(course, assignment)
        if not self.force and self.ask().json(path)["released"]:
            raise ClientError(
                f"{assignment} is released already: use --force to send it again, or take it back first, with "
                "formgrader's button or `nbgrader list --remove`"
            )
        passed_over = ignore_patterns(exclude=self.coursedir.ignore, include=self.coursedir.include)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, file in files_below(folder, passed_over):
                zipped.write(file, name)
        # The server looks through it for solutions and tests, which takes some seconds.
        self.ask(10 * self.transfer_seconds).put(f"{path}/release", {f"{assignment}.zip": stream.getvalue()})
        self.log.info("Released as: %s %s", course, assignment)


class ServerReleaseFeedback(ServerExchange, ExchangeReleaseFeedback):
    """Says that the server shows feedback itself."""

    def work(self) -> Any:
        """Refuse.

        Raises:
            ClientError: Always.
        """
        raise ClientError(
            "nothing was released: the grading server shows students their feedback itself, when `shows` in the "
            "course's handing_in.toml says so"
        )
