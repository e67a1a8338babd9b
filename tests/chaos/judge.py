"""Looks whether anything that was acknowledged is lost, doubled, changed or marked wrongly."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import httpx
from nbgrader.api import Gradebook
from sqlalchemy import func, select

from autograder.course.results import read_record
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.server.attempts.receipts import key_at
from autograder.server.database import Database
from autograder.server.tables import Attempt, Job, JobState, Marking, State
from autograder_client import receipts
from benchmarks.hosted import Hosted
from tests.chaos.class_room import Acknowledged, HandIn

DONE = (State.MARKED, State.REFUSED)
EACH = 5  # so many of a kind of fault are told


@dataclass
class Findings:
    """What was found.

    Attributes:
        counts: How many were looked at, by what.
        faults: What is wrong.
    """

    counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def look(self, what: str, wrong: Iterable[str], of: int) -> None:
        """Keep what is wrong of so many that were looked at."""
        found = list(wrong)
        self.counts[what] = of - len(found)
        self.faults += [f"{what}: {one}" for one in found[:EACH]]
        if len(found) > EACH:
            self.faults.append(f"{what}: and {len(found) - EACH} more")


def judge(
    hosted: Hosted, database: Database, hand_ins: list[HandIn], acknowledged: list[Acknowledged], right: set[bytes]
) -> Findings:
    """Look at everything.

    Args:
        hosted: The server, which runs.
        database: Its database.
        hand_ins: What was handed in.
        acknowledged: What was acknowledged.
        right: The contents that deserve full marks.
    """
    found = Findings()
    with database.reading() as session:
        attempts = {one.id: one for one in session.scalars(select(Attempt))}
        markings = {one.id: one for one in session.scalars(select(Marking))}
        live = Counter(session.scalars(select(Marking.attempt_id)))
        given_up = session.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.GIVEN_UP)) or 0
    by_content: dict[bytes, set[str]] = {one.content: set() for one in hand_ins}
    for one in acknowledged:
        by_content[one.hand_in.content].add(one.receipt["attempt"])
    found.look("hand-ins acknowledged", (told(one) for one, ids in by_content.items() if not ids), len(by_content))
    found.look("receipts that verify", wrong_receipts(hosted, acknowledged), len(acknowledged))
    found.look("attempts, none twice", doubled(by_content, attempts), len(attempts))
    found.look(
        "attempts marked, once",
        [
            f"{one.id} is {one.state}, markings: {live[one.id]}"
            for one in attempts.values()
            if one.state not in DONE or live[one.id] != 1
        ],
        len(attempts),
    )
    found.look("jobs not given up", [f"{given_up} jobs"] if given_up else [], len(attempts))
    contents = {one.receipt["attempt"]: one.hand_in for one in acknowledged}
    found.look("read back, byte for byte, with feedback", read_back(hosted, contents), len(contents))
    found.look(
        "right ones with full marks",
        (
            f"{attempt}: {markings[row.marking_id].score} of {markings[row.marking_id].max_score}"
            for attempt, one in contents.items()
            if (row := attempts.get(attempt)) and row.marking_id and one.content in right
            if markings[row.marking_id].score != markings[row.marking_id].max_score
        ),
        sum(one.content in right for one in contents.values()),
    )
    logins = {one.student.login for one in hand_ins}
    found.look("students once in the gradebook", wrong_entries(hosted, attempts, markings), len(logins))
    return found


def told(content: bytes) -> str:
    """Return what a content is called in a fault."""
    return hashlib.sha256(content).hexdigest()[:12]


def wrong_receipts(hosted: Hosted, acknowledged: list[Acknowledged]) -> Iterable[str]:
    """Yield the receipts that prove nothing, or something else."""
    pinned = key_at(hosted.data).public
    for one in acknowledged:
        try:
            receipts.verify(one.receipt, pinned)
        except receipts.ReceiptError as fault:
            yield f"{one.receipt['attempt']}: {fault}"
            continue
        if one.receipt["sha256"] != hashlib.sha256(one.hand_in.content).hexdigest():
            yield f"{one.receipt['attempt']} is of other bytes"


def doubled(by_content: dict[bytes, set[str]], attempts: dict[str, Attempt]) -> Iterable[str]:
    """Yield what became two attempts, and attempts of which nobody was told or that are not there."""
    known = set().union(*by_content.values())
    for content, ids in by_content.items():
        if len(ids) > 1:
            yield f"{told(content)} was acknowledged as {', '.join(sorted(ids))}"
    for attempt in known - attempts.keys():
        yield f"{attempt} was acknowledged and is not there"
    for attempt in attempts.keys() - known:
        yield f"{attempt} was never acknowledged"


def read_back(hosted: Hosted, contents: dict[str, HandIn]) -> Iterable[str]:
    """Yield the attempts whose bytes or feedback their students do not get."""
    with httpx.Client(base_url=hosted.url, timeout=60, trust_env=False) as client:
        for attempt, one in contents.items():
            bearer = {"Authorization": f"Bearer {one.student.token}"}
            files, page = (
                client.get(f"/api/v1/attempts/{attempt}/{what}", headers=bearer) for what in ("files", "feedback")
            )
            if files.status_code != 200 or files.content != one.content:
                yield f"{attempt}: {files.status_code}, {len(files.content)} bytes of {len(one.content)}"
            elif page.status_code != 200 or b"<html" not in page.content:
                yield f"{attempt}: feedback {page.status_code}"


def wrong_entries(hosted: Hosted, attempts: dict[str, Attempt], markings: dict[int, Marking]) -> Iterable[str]:
    """Yield the students of whom gradebook and records do not say what the server says."""
    newest: dict[str, Attempt] = {}
    for one in attempts.values():
        if one.student not in newest or one.number > newest[one.student].number:
            newest[one.student] = one
    with Gradebook(f"sqlite:///{hosted.course.classroom / 'gradebook.db'}") as gradebook:
        there = gradebook.assignment_submissions(hosted.assignment)
        scores = {one.student_id: one.score for one in there}
        entries = Counter(one.student_id for one in there)
    for student, attempt in newest.items():
        record = record_file(hosted.course.records, hosted.assignment, student)
        marking = markings[attempt.marking_id] if attempt.marking_id else None
        if not attempt.counts or attempt.entered_at is None or marking is None:
            yield f"{student}: number {attempt.number} counts: {attempt.counts}, entered: {attempt.entered_at}"
        elif entries[student] != 1 or scores[student] != marking.score:
            yield f"{student}: {entries[student]} entries, {scores.get(student)} points, {marking.score} marked"
        elif not record.is_file() or read_record(record).attempt != attempt.number:
            yield f"{student}: the record is not of number {attempt.number}"
