"""The server's database: people, attempts, the queue, and what was done by whom.

What is in nbgrader's gradebook is not repeated here. Bytes are in files: what was handed in, and what marking it made;
see `autograder.server.attempts.storage`. A column of JSON holds only what is read as a whole.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from autograder.marking.execution.outputs import storable

# The length of an attempt's id, 32 hexadecimal digits that nobody can guess.
ID = 32
DIGEST = 64
# Names that people or courses give; longer ones are refused where they come in.
NAME = 200
# The largest key that a table can have.
KEY_MAX = 2**31 - 1


class Role(StrEnum):
    """What somebody is in a course."""

    STUDENT = "student"
    TA = "ta"
    INSTRUCTOR = "instructor"


STAFF = (Role.TA, Role.INSTRUCTOR)


class State(StrEnum):
    """What has become of an attempt."""

    QUEUED = "queued"
    MARKING = "marking"
    MARKED = "marked"
    REFUSED = "refused"
    # The grader failed, or has given up; it costs no attempt, and a person looks at it.
    FOR_A_PERSON = "for_a_person"


class JobKind(StrEnum):
    """Why something is marked; live jobs go first."""

    LIVE = "live"
    REGRADE = "regrade"


class JobState(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    LEASED = "leased"
    DONE = "done"
    # After too many tries; a person has to look.
    GIVEN_UP = "given_up"
    # The regrade that it belongs to was cancelled.
    CANCELLED = "cancelled"


class Source(StrEnum):
    """The way on which an attempt came."""

    BROWSER = "browser"
    TERMINAL = "terminal"
    JUPYTERLAB = "jupyterlab"
    API = "api"


class RegradeState(StrEnum):
    """What is to be done with a regrade's results."""

    PREVIEW = "preview"
    APPLIED = "applied"
    CANCELLED = "cancelled"


class RequestState(StrEnum):
    """What has become of a student's request to look at a mark again."""

    OPEN = "open"
    UPHELD = "upheld"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Time(TypeDecorator[datetime]):
    """A time with its zone: kept, and given back, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what is kept.

        Raises:
            ValueError: The time has no zone.
        """
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what was kept; SQLite gives it back without its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _Storable(TypeDecorator[str]):
    """Text as any database takes it: PostgreSQL has no zero characters, and none has halves of surrogate pairs.

    What is looked for is changed in the same way: an odd id is the id of nobody, and no fault of the server's.
    """

    impl = String

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what the database gets."""
        return None if value is None else storable(value).replace("\0", "\N{REPLACEMENT CHARACTER}")


class Kept(_Storable):
    """A short text."""

    cache_ok = True


class KeptText(_Storable):
    """A text of any length."""

    impl = Text
    cache_ok = True


class Base(DeclarativeBase):
    """The base of all tables; constraints have names, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  # as SQLAlchemy declares it
        datetime: Time,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        # Texts, so that a further value needs no change of the database.
        Enum: EnumType(Enum, native_enum=False, length=32, values_callable=lambda kind: [one.value for one in kind]),
    }


class Course(Base):
    """A course that the server serves.

    Attributes:
        slug: Its name in addresses; nbgrader's ``course_id``.
        root: Its folder on this machine.
    """

    __tablename__ = "course"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Kept(NAME), unique=True)
    title: Mapped[str] = mapped_column(Kept(NAME))
    root: Mapped[str] = mapped_column(KeptText)


class Person(Base):
    """Somebody who can sign in.

    Attributes:
        login: The name by which they sign in, in small letters; that of JupyterHub or OpenID where these are used.
        administers: Whether they may see and set up all courses.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Kept(NAME), unique=True)
    name: Mapped[str] = mapped_column(Kept(NAME), default="")
    email: Mapped[str] = mapped_column(Kept(NAME), default="")
    administers: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Enrolment(Base):
    """What a person is in a course.

    Attributes:
        student: The id under which gradebook and folders know a student; empty for staff.
        section: The group of the course that a student is in; empty where there are none.
    """

    __tablename__ = "enrolment"
    __table_args__ = (Index("ix_enrolment_student", "course_id", "student"),)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    role: Mapped[Role]
    student: Mapped[str] = mapped_column(Kept(NAME), default="")
    section: Mapped[str] = mapped_column(Kept(NAME), default="")
    ended_at: Mapped[datetime | None]
    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()


class Identity(Base):
    """Who somebody is at a provider through which they sign in.

    Attributes:
        provider: The provider's name in ``server.toml``.
        subject: The provider's own, unchanging name of the person.
        opens: As that of the token with which they had signed in when they were linked.
    """

    __tablename__ = "identity"
    provider: Mapped[str] = mapped_column(Kept(NAME), primary_key=True)
    subject: Mapped[str] = mapped_column(Kept(NAME), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    linked_at: Mapped[datetime]
    opens: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    person: Mapped[Person] = relationship()


class Token(Base):
    """A secret with which a program or a browser signs in; only its digest is kept.

    Attributes:
        digest: SHA-256 of the token, which has 256 random bits.
        hint: Its first letters, by which people tell theirs apart.
        opens: The keys of the only courses that it opens, those of the instructor who made it; None: all of its
            person's. Another course may give the same login to somebody, whom no instructor but its own answers for.
    """

    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    digest: Mapped[str] = mapped_column(Kept(DIGEST), unique=True)
    hint: Mapped[str] = mapped_column(Kept(16))
    label: Mapped[str] = mapped_column(Kept(NAME), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    opens: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    person: Mapped[Person] = relationship()


class BrowserSession(Base):
    """A browser that has signed in; only the digest of its cookie is kept.

    Attributes:
        csrf: What its forms send along.
        opens: As that of the token with which it has signed in.
    """

    __tablename__ = "browser_session"
    digest: Mapped[str] = mapped_column(Kept(DIGEST), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    csrf: Mapped[str] = mapped_column(Kept(DIGEST))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    opens: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    person: Mapped[Person] = relationship()


class Attempt(Base):
    """Something that a student has handed in; its bytes are on the disk before this row is.

    Attributes:
        assignment: nbgrader's name of the assignment.
        number: 1 for the student's first of this assignment.
        key: The idempotency key: handing in again with the same one is the same attempt.
        files: For each file ``{"name", "size", "sha256"}``.
        sha256: The file's digest where there is one; else that of all names and digests; see `storage.digest_of_files`.
        late_seconds: How late it came, after extensions; 0 when in time.
        receipt: The signed receipt.
        state: What has become of it.
        marking_id: The marking that counts for it; None before the first.
        chosen_at: When its student chose it; None when not.
        counts: Whether it is the attempt that the rules let count.
        entered_at: When it was written to the gradebook as the one that counts.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("course_id", "assignment", "person_id", "number"),
        UniqueConstraint("course_id", "assignment", "person_id", "key"),
        Index("ix_attempt_received", "course_id", "assignment", "received_at"),
    )
    id: Mapped[str] = mapped_column(Kept(ID), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    assignment: Mapped[str] = mapped_column(Kept(NAME))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    student: Mapped[str] = mapped_column(Kept(NAME))
    number: Mapped[int]
    key: Mapped[str] = mapped_column(Kept(NAME))
    received_at: Mapped[datetime]
    source: Mapped[Source]
    files: Mapped[list[Any]]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(Kept(DIGEST), index=True)
    late_seconds: Mapped[float] = mapped_column(default=0.0)
    receipt: Mapped[dict[str, Any]]
    state: Mapped[State] = mapped_column(index=True)
    marking_id: Mapped[int | None]
    chosen_at: Mapped[datetime | None]
    counts: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime | None]
    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()


class Job(Base):
    """One marking that has to be done. A row that is queued, or leased and overdue, can be taken.

    Attributes:
        claim: Rises each time somebody takes it: a result that comes with an older number is dropped.
        owner: The marker that has it.
        lease_until: When it is taken from an owner who does not say that it still works on it.
        tries: How often it was taken.
        not_before: It is not taken earlier, after a failure.
        fault: What went wrong last, for staff.
        seconds: The phases of the marking that counted, in seconds, by name.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_next", "state", "kind", "queued_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), index=True)
    kind: Mapped[JobKind]
    state: Mapped[JobState]
    regrade_id: Mapped[int | None] = mapped_column(ForeignKey("regrade.id"), index=True)
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(Kept(NAME))
    claim: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(KeptText, default="")
    seconds: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempt: Mapped[Attempt] = relationship()


class Marking(Base):
    """What one marking of an attempt came to.

    Record, notebook and page are files; see `autograder.server.attempts.storage`.

    Attributes:
        claim: The number of the job's claim under which it was made.
        status: The record's.
        score: Automatic points.
        problems: Points by problem: ``{"id": [score, max_score]}``; the score is null where the grader failed on it.
        mistakes: The misconceptions and patterns that it names, by problem.
        basis_sha256: What marks depended on besides the submission.
    """

    __tablename__ = "marking"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), index=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    claim: Mapped[int]
    made_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(Kept(16))
    score: Mapped[float]
    max_score: Mapped[float]
    waits: Mapped[bool] = mapped_column(default=False)
    problems: Mapped[dict[str, Any]]
    mistakes: Mapped[dict[str, Any]]
    kit_version: Mapped[str] = mapped_column(Kept(32))
    basis_sha256: Mapped[str] = mapped_column(Kept(DIGEST))


class Event(Base):
    """Something that happened to an attempt; whoever watches it reads these in their order.

    Attributes:
        kind: ``received``, ``queued``, ``marking``, ``marked``, ``refused``, ``for_a_person``, ``entered``, ``counts``;
            ``feedback_read`` when its student first opens the page of a marking, with what
            `autograder.server.attempts.hints` asks.
    """

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Kept(32))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Extension(Base):
    """A later due time for one student; the latest row counts, and one without a time takes it back."""

    __tablename__ = "extension"
    __table_args__ = (Index("ix_extension_person", "course_id", "assignment", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    assignment: Mapped[str] = mapped_column(Kept(NAME))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    due_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(KeptText, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Regrade(Base):
    """Attempts that are marked again as a set: first seen, then applied or cancelled."""

    __tablename__ = "regrade"
    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    assignment: Mapped[str] = mapped_column(Kept(NAME))
    state: Mapped[RegradeState]
    reason: Mapped[str] = mapped_column(KeptText, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class RegradeRequest(Base):
    """A student's request that a person look at a mark again, and the answer."""

    __tablename__ = "regrade_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"), index=True)
    problem: Mapped[str] = mapped_column(Kept(NAME), default="")
    text: Mapped[str] = mapped_column(KeptText)
    at: Mapped[datetime]
    state: Mapped[RequestState]
    answer: Mapped[str] = mapped_column(KeptText, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    attempt: Mapped[Attempt] = relationship()


class AuditLine(Base):
    """Who saw or changed what; lines are added and never changed.

    Attributes:
        action: For example ``attempt.files.read``, ``token.made``, ``extension.set``.
        object: What it was done to, for example ``attempt/4f…``.
        request_id: The id that the log has of the request.
    """

    __tablename__ = "audit_line"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str] = mapped_column(Kept(64), index=True)
    object: Mapped[str] = mapped_column(Kept(NAME))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str] = mapped_column(Kept(ID), default="")
