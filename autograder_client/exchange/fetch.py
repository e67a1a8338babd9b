"""Fetches assignments and feedback pages into the student's folder."""

from __future__ import annotations

import io
import shutil
import stat
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from nbgrader.exchange.abc import ExchangeFetchAssignment, ExchangeFetchFeedback
from traitlets import Unicode

from autograder_client.errors import ClientError
from autograder_client.exchange.base import FEEDBACK, NotDone, ServerExchange, is_fetched, safe
from autograder_client.exchange.listing import MARKING, NAMED, ServerList, is_newer
from autograder_client.http import assignment_path, attempt_path, course_path

# Of a folder that is fetched; nothing that students get is larger.
FILES_MAX, BYTES_MAX = 2_000, 200 << 20


class _Fetch(ServerExchange):
    def start(self) -> Any:
        """Fetch.

        Raises:
            NotDone: It has not worked.
        """
        try:
            return super().start()
        except NotDone as fault:
            if self.in_lab:
                ServerList.say_later(fault.said)
            raise


class ServerFetchAssignment(_Fetch, ExchangeFetchAssignment):
    """Fetches what is released of an assignment."""

    language = Unicode("", help="The edition, such as zh-CN; the assignment's own when empty.").tag(config=True)

    def work(self) -> None:
        """Fetch it."""
        course, assignment = self.course(), self.assignment()
        folder = self.folder(course, assignment)
        if is_fetched(folder) and not self.replace_missing_files:
            raise ClientError(
                f"you already have {folder.name} in {folder.parent}: rename that folder to fetch it anew, or use "
                "--replace to get missing files back"
            )
        wanted = {"language": self.language} if self.language else {}
        data = self.ask(self.transfer_seconds).content(f"{assignment_path(course, assignment)}/release", **wanted)
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside it, and moved when it is whole: what is cut short is no assignment.
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as scratch:
            unpack(io.BytesIO(data), Path(scratch))
            for file in sorted(Path(scratch).rglob("*")):
                target = folder / file.relative_to(scratch)
                if file.is_file() and not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    file.replace(target)
        self.log.info("Fetched as: %s %s", course, assignment)


class ServerFetchFeedback(_Fetch, ExchangeFetchFeedback):
    """Fetches the feedback pages that are not here yet, or that tell of another marking."""

    def work(self) -> None:
        """Fetch them, the newest attempt's first."""
        course, named = self.course(), self.coursedir.assignment_id
        server = self.ask(self.transfer_seconds)
        for told in self.ask().json(f"{course_path(course)}/assignments"):
            for attempt in reversed(told["attempts"]) if named in NAMED or told["assignment"] == named else []:
                timestamp = self.timestamp_of(attempt)
                place = self.folder(course, told["assignment"]) / FEEDBACK / safe(timestamp)
                if not is_newer(attempt, place):
                    continue
                page = server.content(f"{attempt_path(attempt['id'])}/feedback")
                place.mkdir(parents=True, exist_ok=True)
                (place / f"{told['assignment']}.html").write_bytes(page)
                (place / MARKING).write_text(f"{attempt['feedback']}\n", encoding="ascii")
                self.log.info("Fetched feedback: %s", place)


def unpack(archive: Any, folder: Path, *, hidden: bool = False) -> None:
    """Write the files of a zip file into a folder, and none outside of it.

    Args:
        archive: The zip file.
        folder: The folder.
        hidden: Whether files may be hidden ones, such as the ``.DS_Store`` that a student has handed in.

    Raises:
        ClientError: It is none, is too large, or leads elsewhere.
    """
    left = BYTES_MAX
    try:
        with zipfile.ZipFile(archive) as zipped:
            entries = [one for one in zipped.infolist() if not one.is_dir()]
            for entry in entries:
                path = PurePosixPath(entry.filename)
                *folders, name = path.parts or ("",)
                parts = [*map(safe, folders), safe(name, hidden=hidden)]
                if stat.S_ISLNK(entry.external_attr >> 16) or len(entries) > FILES_MAX:
                    raise ClientError("what the server sends holds links, or too many files: tell your course")
                target = folder.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with zipped.open(entry) as stream, target.open("wb") as written:
                    left -= entry.file_size
                    if left < 0:
                        raise ClientError("what the server sends is too large: tell your course")
                    shutil.copyfileobj(stream, written)
    except zipfile.BadZipFile as fault:
        raise ClientError(f"what the server sends cannot be unpacked ({fault}): try again") from fault
