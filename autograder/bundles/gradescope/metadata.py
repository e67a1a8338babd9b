"""Reads what Gradescope tells of a submission: ``submission_metadata.json``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from autograder.course.course import CourseError

# Its times have a zone, so that they can be compared.
Time = Annotated[datetime, msgspec.Meta(tz=True)]


class Dates(msgspec.Struct, frozen=True):
    """When something is due: for all, or for one student.

    Attributes:
        due_date: What comes later is late; None: it is never late.
    """

    due_date: Time | None = None


class User(msgspec.Struct, frozen=True):
    """One of those who handed in.

    Attributes:
        name: The name.
        email: The address.
        assignment: When it is due for this one, with an extension; None where that is not told.
    """

    name: str | None = None
    email: str | None = None
    assignment: Dates | None = None


class Previous(msgspec.Struct, frozen=True):
    """A submission of before.

    Attributes:
        submission_time: When it came.
        score: Its points.
        autograder_error: Whether the grader failed on it.
        results: What came of it; told of the last one alone.
    """

    submission_time: Time
    score: float | None = None
    autograder_error: bool | None = False
    results: dict[str, Any] | None = None


class Metadata(msgspec.Struct, frozen=True):
    """What is told of a submission; of more fields nothing is needed.

    Attributes:
        created_at: When it came; None where nothing is told.
        assignment: When it is due.
        users: Who handed it in.
        previous_submissions: What they handed in before.
    """

    created_at: Time | None = None
    assignment: Dates = Dates()
    users: list[User] = []
    previous_submissions: list[Previous] = []

    @property
    def due(self) -> datetime | None:
        """When it was due for those who handed it in: of a group, when the last of them was to be done."""
        own = [user.assignment.due_date for user in self.users if user.assignment and user.assignment.due_date]
        return max(own, default=self.assignment.due_date)

    @property
    def who(self) -> str:
        """Who handed it in, for people; empty where nothing is told."""
        return ", ".join(user.name or user.email or "" for user in self.users)

    @property
    def before(self) -> list[Previous]:
        """What came before it, in order; when an old submission is marked again, nothing that came after it."""
        earlier = [
            one for one in self.previous_submissions if self.created_at is None or one.submission_time < self.created_at
        ]
        return sorted(earlier, key=lambda one: one.submission_time)


def read_metadata(path: Path) -> Metadata:
    """Return what a file tells; nothing where there is none, as in a container of one's own.

    Raises:
        CourseError: It is not written as Gradescope says.
    """
    if not path.is_file():
        return Metadata()
    try:
        return msgspec.convert(msgspec.json.decode(path.read_bytes()), Metadata, strict=False)
    except msgspec.DecodeError as fault:
        raise CourseError(f"{path} is not what Gradescope's documentation describes ({fault}): report this") from fault
