"""What is acknowledged is kept, once; what is not kept leaves nothing, and says so."""

import asyncio
import errno
import hashlib
import threading
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from autograder.server.accounts import people
from autograder.server.attempts.intake import SLOW_SECONDS, Intent, receive
from autograder.server.attempts.storage import Storage, StoredFile, digest_of_files
from autograder.server.errors import RequestError
from autograder.server.settings import Limits, Settings
from autograder.server.tables import Attempt, Event, Extension, Job, JobState, State
from autograder_client import receipts
from tests.server.attempts.test_uploads import TYPE, form, part
from tests.support.school import lost_as_it_commits

NAME = "rnn_captioning"
# Only a fault takes so long.
SECONDS = 60


class Desk:
    """A server at which students hand in."""

    def __init__(self, school):
        self.school, self.server = school, school.server
        self.woken = []
        self.server = replace(school.server, wake=lambda *what: self.woken.append(what))

    def intent(self, login="ada", key=""):
        course = self.server.courses["vision"]
        with self.server.database.reading() as session:
            enrolment = people.enrolments_of(session, self.school.person(login, session))["vision"]
        return Intent(course, NAME, enrolment, key)

    def hand_in(self, content=b"a notebook", login="ada", key="", stream=None, **more):
        async def chunks():
            yield form(part(content, filename="rnn.ipynb"))

        return asyncio.run(receive(self.server, self.intent(login, key), TYPE, stream or chunks(), **more))

    def refused(self, *arguments, **more):
        before = self.kept()
        with pytest.raises(RequestError) as caught:
            self.hand_in(*arguments, **more)
        assert self.kept() == before
        return caught.value

    def kept(self):
        with self.server.database.reading() as session:
            rows = sorted(session.query(Attempt.id).all()), session.query(Job).count(), session.query(Event).count()
        return rows, sorted(file for file in self.server.storage.attempts.rglob("*") if file.is_file())

    def limit(self, **limits):
        self.server = replace(self.server, settings=Settings(limits=msgspec.structs.replace(Limits(), **limits)))

    def write_rules(self, text):
        (self.server.courses["vision"].course.root / "handing_in.toml").write_text(text)


@pytest.fixture
def desk(either_school):
    return Desk(either_school)


def test_what_is_handed_in_is_kept_with_its_job_and_proved_by_a_receipt(desk):
    received = desk.hand_in()
    attempt, content = received.attempt, b"a notebook"
    receipt = receipts.verify(attempt.receipt, desk.server.key.public)
    assert received.new
    assert receipt["sha256"] == hashlib.sha256(content).hexdigest()
    assert receipt["files"] == [{"name": "rnn.ipynb", "size": 10, "sha256": receipt["sha256"]}]
    assert (receipt["student"], receipt["number"], receipt["counts_as"]) == ("ada", 1, "in time")
    assert (desk.server.storage.files(attempt.id) / "rnn.ipynb").read_bytes() == content
    with desk.server.database.reading() as session:
        assert session.query(Job).one().state is JobState.QUEUED
        assert [one.kind for one in session.query(Event)] == ["received", "queued"]
    assert desk.woken == [(desk.server.courses["vision"].id, NAME)]


def test_the_disk_has_the_files_before_a_row_speaks_of_them(desk, monkeypatch):
    seen = []

    def keep(storage, attempt):
        with desk.server.database.reading() as session:
            seen.append((session.get(Attempt, attempt), sorted(file.name for file in storage.files(attempt).iterdir())))

    monkeypatch.setattr(Storage, "keep_attempt", keep)
    desk.hand_in()
    assert seen == [(None, ["rnn.ipynb"])]


def test_a_key_makes_a_repeated_request_the_same_attempt(desk):
    first, again = desk.hand_in(key="k"), desk.hand_in(key="k")
    assert not again.new
    assert again.attempt.receipt == first.attempt.receipt
    assert len(desk.kept()[0][0]) == 1
    assert desk.woken == [(desk.server.courses["vision"].id, NAME)]


def test_a_key_that_was_used_for_other_files_is_refused(desk):
    desk.hand_in(key="k")
    assert (desk.refused(b"other", key="k").status, desk.hand_in(b"other", "ben", "k").new) == (409, True)


def test_the_same_bytes_are_the_same_attempt_for_some_minutes(desk):
    first = desk.hand_in(key="k1").attempt
    assert desk.hand_in(key="k2").attempt.id == first.id
    assert desk.hand_in().attempt.id == first.id
    assert desk.hand_in(b"other").attempt.number == 2
    # Not the newest any longer: somebody goes back to it on purpose.
    assert desk.hand_in().attempt.number == 3
    desk.school.clock.forward(minutes=11)
    assert desk.hand_in().attempt.number == 4


def test_what_the_grader_failed_on_may_be_handed_in_again_at_once(desk):
    first = desk.hand_in().attempt
    with desk.server.database.writing() as session:
        session.get_one(Attempt, first.id).state = State.FOR_A_PERSON
    assert desk.hand_in().new


def test_two_requests_with_one_key_at_the_same_time_are_one_attempt(desk):
    async def both():
        started = asyncio.Event()

        async def slow():
            started.set()
            await asyncio.sleep(0)
            yield form(part(b"a notebook", filename="rnn.ipynb"))

        intent = desk.intent(key="k")
        return await asyncio.gather(*(receive(desk.server, intent, TYPE, slow()) for _ in range(4)))

    found = asyncio.run(both())
    assert len({one.attempt.id for one in found}) == 1
    assert [one.new for one in found].count(True) == 1
    assert len(desk.kept()[0][0]) == 1
    assert len(desk.kept()[1]) == 1


def test_nothing_is_kept_of_what_is_cut_short(desk):
    async def cut():
        yield part(b"x" * 100, filename="a")

    assert desk.refused(stream=cut()).status == 400

    async def gone():
        yield part(b"x" * 100, filename="a")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        desk.hand_in(stream=gone())
    assert desk.kept() == (([], 0, 0), [])


def test_without_a_file_nothing_is_handed_in(desk):
    async def empty():
        yield form(part(b"", filename=""), part(b"k", "key"))

    assert desk.refused(stream=empty()).status == 422


def test_what_says_that_it_is_too_long_is_refused_before_it_is_read(desk):
    async def never():
        raise AssertionError
        yield b""

    assert desk.refused(stream=never(), length=1 << 40).status == 413


def test_a_disk_without_room_takes_nothing(desk):
    desk.limit(reserve_bytes=1 << 60)
    fault = desk.refused()
    assert (fault.status, fault.kind) == (507, "disk-full")


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(desk, monkeypatch):
    def full(_storage, _attempt):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Storage, "keep_attempt", full)
    assert desk.refused().status == 507


def test_a_database_that_fails_leaves_nothing(desk, monkeypatch):
    def fail(*_arguments):
        raise RuntimeError

    monkeypatch.setattr("autograder.server.attempts.queue.put", fail)
    with pytest.raises(RuntimeError):
        desk.hand_in()
    assert desk.kept() == (([], 0, 0), [])


def test_who_has_too_many_waiting_is_told_when_to_come_again(desk):
    desk.limit(waiting_each=2)
    desk.hand_in(b"1", key="k")
    desk.hand_in(b"2")
    fault = desk.refused(b"3")
    assert (fault.status, fault.kind) == (429, "too-many-waiting")
    assert int(fault.headers["Retry-After"]) >= 1
    # What came already is answered all the same.
    assert not desk.hand_in(b"1", key="k").new
    assert desk.hand_in(b"1", "ben").new


def test_a_queue_that_is_too_long_takes_nothing(desk):
    desk.limit(waiting=1)
    desk.hand_in(b"1")
    fault = desk.refused(b"1", "ben")
    assert (fault.status, fault.kind) == (429, "queue-full")
    assert int(fault.headers["Retry-After"]) >= 30


RULES = """
zone = "UTC"
[rnn_captioning]
opens = 2026-11-29T11:00:00
due = 2026-11-29T12:30:00
late_days = 1
penalty_per_day = 0.25
attempts_per_day = 2
"""


def test_the_rules_decide_what_is_taken_and_what_is_late(desk):
    desk.write_rules(RULES)
    assert desk.hand_in(b"1").attempt.receipt["counts_as"] == "in time"
    desk.school.clock.forward(hours=1)
    late = desk.hand_in(b"2").attempt
    assert (late.receipt["counts_as"], late.receipt["late_seconds"], late.receipt["penalty"]) == ("late", 1800, 0.25)
    assert late.receipt["due_at"] == "2026-11-29T12:30:00+00:00"
    fault = desk.refused(b"3")
    assert (fault.status, fault.kind) == (403, "too-many-today")
    desk.school.clock.forward(days=2)
    assert desk.refused(b"3", "ben").kind == "closed"


def test_an_attempt_that_was_refused_or_failed_costs_none(desk):
    desk.write_rules(RULES)
    for content, state in ((b"1", State.REFUSED), (b"2", State.FOR_A_PERSON), (b"3", State.MARKED)):
        attempt = desk.hand_in(content).attempt
        with desk.server.database.writing() as session:
            session.get_one(Attempt, attempt.id).state = state
    assert desk.hand_in(b"4").new
    assert desk.refused(b"5").kind == "too-many-today"


def test_an_extension_counts(desk):
    desk.write_rules(RULES)
    course = desk.server.courses["vision"].id
    due = desk.school.clock() + timedelta(hours=10)
    with desk.server.database.writing() as session:
        ada, ina = (desk.school.person(login, session).id for login in ("ada", "ina"))
        session.add(
            Extension(course_id=course, assignment=NAME, person_id=ada, due_at=due, by_id=ina, at=desk.school.clock())
        )
    desk.school.clock.forward(hours=9)
    receipt = desk.hand_in().attempt.receipt
    assert (receipt["counts_as"], receipt["due_at"]) == ("in time", due.isoformat())


def test_a_slow_line_costs_nothing_and_one_that_is_kept_open_gains_little(desk):
    began = desk.school.clock()

    def stream(seconds):
        async def slow():
            desk.school.clock.forward(seconds=seconds)
            yield form(part(f"{seconds}".encode(), filename="rnn.ipynb"))

        return slow()

    assert desk.hand_in(stream=stream(SLOW_SECONDS - 1)).attempt.received_at == began
    desk.school.clock.now = began
    late = desk.hand_in(stream=stream(SLOW_SECONDS + 1000)).attempt
    assert late.received_at == began + timedelta(seconds=1000)


def test_the_digest_of_several_files_is_of_names_and_contents():
    one, two = StoredFile("a", 1, "1" * 64), StoredFile("b", 1, "2" * 64)
    assert digest_of_files([one]) == one.sha256
    both = digest_of_files([one, two])
    assert both == digest_of_files([two, one])
    assert both != digest_of_files([replace(one, name="b"), replace(two, name="a")])


def test_what_was_committed_keeps_its_files_though_the_connection_was_lost_before_it_said_so(desk, monkeypatch):
    with lost_as_it_commits(monkeypatch):
        desk.hand_in(key="k")
    again = desk.hand_in(key="k")
    assert not again.new
    assert (desk.server.storage.files(again.attempt.id) / "rnn.ipynb").read_bytes() == b"a notebook"


def test_a_request_that_is_cancelled_while_it_is_committed_keeps_its_files(desk, monkeypatch):
    begun, cancelled, keep = threading.Event(), threading.Event(), Storage.keep_attempt

    def slowly(storage, attempt):
        keep(storage, attempt)
        begun.set()
        cancelled.wait(SECONDS)

    monkeypatch.setattr(Storage, "keep_attempt", slowly)

    async def stop():
        async def chunks():
            yield form(part(b"a notebook", filename="rnn.ipynb"))

        task = asyncio.create_task(receive(desk.server, desk.intent(key="k"), TYPE, chunks()))
        assert await asyncio.to_thread(begun.wait, SECONDS), task
        task.cancel()
        await asyncio.sleep(0)
        cancelled.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stop())
    monkeypatch.undo()
    again = desk.hand_in(key="k")
    assert (desk.server.storage.files(again.attempt.id) / "rnn.ipynb").read_bytes() == b"a notebook"
    assert not again.new


def test_who_hands_in_all_the_time_is_told_to_wait(desk):
    desk.limit(hourly_each=2, waiting_each=10)
    desk.hand_in(b"1")
    desk.school.clock.forward(minutes=20)
    desk.hand_in(b"2")
    fault = desk.refused(b"3")
    assert (fault.status, fault.kind, fault.retry_after) == (429, "too-many-in-an-hour", 40 * 60)
    assert desk.hand_in(b"3", login="ben").new
    desk.school.clock.forward(minutes=40, seconds=1)
    assert desk.hand_in(b"3").new


def test_nobody_fills_the_disk_with_what_costs_no_attempt(desk):
    desk.limit(bytes_each=20)
    for content in (b"x" * 15, b"y" * 15):
        desk.hand_in(content)
    fault = desk.refused(b"z")
    assert (fault.status, fault.kind) == (413, "too-many-bytes")
    assert desk.hand_in(b"z", login="ben").new


def test_nobody_has_more_uploads_under_way_than_some(desk):
    desk.limit(uploading_each=2)
    held, refused = asyncio.Event(), []

    async def slow():
        await held.wait()
        yield form(part(b"x", filename="a.ipynb"))

    async def one():
        try:
            await receive(desk.server, desk.intent(), TYPE, slow())
        except RequestError as fault:
            refused.append(fault)
            # What is refused leaves the others alone.
            held.set()

    async def all_():
        await asyncio.gather(*(one() for _ in range(3)))

    asyncio.run(all_())
    assert [(fault.status, fault.kind) for fault in refused] == [(429, "too-many-uploads")]
    # They have ended.
    assert desk.hand_in(b"another").new
