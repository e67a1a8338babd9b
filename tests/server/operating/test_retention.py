"""What is old is shown first, and deleted when it is asked for; receipts, marks and the audit trail stay."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from autograder.course.course import CourseError
from autograder.server.accounts import people
from autograder.server.app import make_app
from autograder.server.operating.backup import Place
from autograder.server.operating.log import LOGS
from autograder.server.operating.retention import carry_out, find_old
from autograder.server.settings import Limits, Retention, Settings
from autograder.server.tables import (
    Attempt,
    AuditLine,
    BrowserSession,
    Event,
    Extension,
    Marking,
    RegradeRequest,
    RequestState,
    State,
    Token,
)
from tests.server.attempts.test_intake import NAME, Desk
from tests.server.operating.test_metrics import add_marking
from tests.support.school import NOON

KEEP = Retention()


class RetainingDesk(Desk):
    """A desk with one attempt."""

    attempt: str


@pytest.fixture
def desk(either_school):
    """A server at which ada handed something in, which was marked."""
    made = RetainingDesk(either_school)
    made.attempt = made.hand_in().attempt.id
    with either_school.database.writing() as session:
        session.execute(update(Attempt).values(state=State.MARKED))
    add_marking(either_school, made.attempt)
    return made


def old_after(desk, **span):
    place = Place.of(desk.server.data, desk.server.database.url)
    return place, find_old(place, NOON + timedelta(**span))


def change(desk, *rows):
    with desk.server.database.writing() as session:
        session.add_all(rows)


def test_files_are_old_a_while_after_the_assignment_has_ended(desk):
    assert old_after(desk, days=KEEP.attempts_days)[1].attempts == ()
    _, old = old_after(desk, days=KEEP.attempts_days, seconds=1)
    assert old.attempts == (desk.attempt,)
    assert old.bytes == len(b"a notebook")
    assert "files of 1 attempts" in str(old)
    assert f"vision/{NAME}, ended 2026-11-29" in str(old)


def test_it_ended_when_the_last_could_hand_in_was_extended_or_was_marked(desk):
    school = desk.school
    later = NOON + timedelta(days=30)
    desk.write_rules(f'zone = "UTC"\n[{NAME}]\ndue = 2026-12-29T12:00:00\n')
    assert old_after(desk, days=KEEP.attempts_days + 29)[1].attempts == ()
    desk.write_rules("")
    staff = school.person("ina").id
    course = school.server.courses["vision"].id
    extension = Extension(
        course_id=course, assignment=NAME, person_id=school.person("ben").id, due_at=later, by_id=staff, at=NOON
    )
    change(desk, extension)
    assert old_after(desk, days=KEEP.attempts_days + 29)[1].attempts == ()
    assert old_after(desk, days=KEEP.attempts_days + 31)[1].attempts == (desk.attempt,)
    add_marking(school, desk.attempt, made_at=NOON + timedelta(days=60))
    assert old_after(desk, days=KEEP.attempts_days + 31)[1].attempts == ()


@pytest.mark.parametrize("waits", ["marking", "answer"])
def test_what_waits_for_something_is_kept(desk, waits):
    if waits == "answer":
        change(desk, RegradeRequest(attempt_id=desk.attempt, text="?", at=NOON, state=RequestState.OPEN))
    else:
        with desk.server.database.writing() as session:
            session.execute(update(Attempt).values(state=State.QUEUED))
    assert old_after(desk, days=9999)[1].attempts == ()


def test_rules_that_cannot_be_read_end_nothing(desk):
    desk.write_rules("[")
    with pytest.raises(CourseError):
        old_after(desk, days=9999)


def test_what_was_deleted_leaves_receipts_marks_and_a_line_in_the_trail(desk):
    place, old = old_after(desk, days=9999)
    assert desk.server.storage.attempt(desk.attempt).is_dir()
    carry_out(place, old, NOON + timedelta(days=9999))
    assert not desk.server.storage.attempt(desk.attempt).exists()
    with desk.server.database.reading() as session:
        assert session.get_one(Attempt, desk.attempt).receipt["signature"]
        assert session.scalar(select(func.count()).select_from(Marking)) == 1
        line = session.scalars(select(AuditLine).where(AuditLine.action == "retention.deleted")).one()
        assert line.detail["attempts"] == 1
    assert find_old(place, NOON + timedelta(days=9999)).attempts == ()


def test_who_asks_for_what_was_deleted_is_told_so(desk):
    server = replace(desk.server, settings=Settings(limits=Limits(reserve_bytes=1)))
    place, old = old_after(desk, days=9999)
    carry_out(place, old, NOON)
    with TestClient(make_app(server)) as client:
        path = f"/api/v1/attempts/{desk.attempt}"
        headers = desk.school.bearer("ada")
        for part in ("files", "files/rnn.ipynb"):
            answer = client.get(f"{path}/{part}", headers=headers)
            assert (answer.status_code, answer.json()["title"]) == (410, "deleted")
        assert client.get(f"{path}/receipt", headers=headers).json()["attempt"] == desk.attempt


def test_sessions_tokens_and_steps_that_ended_long_ago_are_deleted(desk):
    school = desk.school
    with school.database.writing() as session:
        ada = school.person("ada", session)
        people.start_session(session, ada, NOON, school.server.settings.sessions)
        _, ended = people.make_token(session, ada, "", NOON, NOON + timedelta(days=1))
        row = people.find_token(session, people.make_token(session, ada, "", NOON)[1], NOON)
        row.revoked_at = NOON
        for kind in ("marking", "marked"):
            session.add(Event(attempt_id=desk.attempt, at=NOON, kind=kind))
        lasting = session.scalar(select(func.count()).select_from(Token)) - 2
    assert ended
    _, old = old_after(desk, days=KEEP.ended_days)
    assert (old.sessions, old.tokens, old.steps) == (0, 0, 0)
    place, old = old_after(desk, days=60)
    assert (old.sessions, old.tokens, old.steps) == (1, 2, 3)
    carry_out(place, old, NOON)
    with school.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(BrowserSession)) == 0
        assert session.scalar(select(func.count()).select_from(Token)) == lasting
        # By the last one whoever watches sees that nothing more comes.
        assert session.scalars(select(Event.kind)).all() == ["marked"]


def test_logs_are_deleted_by_age(desk):
    logs = desk.server.data / LOGS
    logs.mkdir()
    for name, days in (("old.jsonl", KEEP.logs_days + 1), ("new.jsonl", 1)):
        (logs / name).touch()
        at = (NOON - timedelta(days=days)).timestamp()
        os.utime(logs / name, (at, at))
    place, old = old_after(desk)
    carry_out(place, old, NOON)
    assert [one.name for one in logs.iterdir()] == ["new.jsonl"]


def test_nothing_is_deleted_while_a_backup_is_made(desk):
    place, old = old_after(desk, days=9999)
    with place.alone(), pytest.raises(CourseError, match="wait until it has ended"):
        carry_out(place, old, NOON)
    assert desk.server.storage.attempt(desk.attempt).is_dir()
