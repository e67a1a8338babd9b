"""Who watches an attempt hears all of its events, once, in their order, and nothing of others'."""

import asyncio
import contextlib

import pytest

from autograder.server import events
from autograder.server.attempts import queue
from autograder.server.events import Feed
from autograder.server.tables import Attempt, State


@pytest.fixture
def school(either_school, monkeypatch):
    monkeypatch.setattr(events, "POLL_SECONDS", 0.005)
    return either_school


def tell(school, attempt_id, *kinds, state=None):
    with school.database.writing() as session:
        for kind in kinds:
            queue.tell(session, attempt_id, kind, school.clock())
            session.flush()
        if state is not None:
            session.get_one(Attempt, attempt_id).state = state


async def heard(feed, attempt_id, after=0, told=None):
    found = []
    async for one in feed.watch(attempt_id, after):
        if one is not None:
            found.append(one)
            if told is not None:
                told.set()
    return found


def kinds(found):
    return [one.kind for one in found]


def test_events_of_before_come_first_then_those_that_happen(school):
    attempt_id, other = school.attempt("ada", state=State.QUEUED), school.attempt("ben", state=State.QUEUED)
    tell(school, attempt_id, "received", "queued")

    async def run():
        feed, told = Feed(school.database), asyncio.Event()
        watching = asyncio.create_task(heard(feed, attempt_id, told=told))
        await told.wait()
        tell(school, other, "marking")
        tell(school, attempt_id, "marking")
        tell(school, attempt_id, "marked", state=State.MARKED)
        found = await asyncio.wait_for(watching, 30)
        await feed.ended()
        return found

    found = asyncio.run(run())
    assert kinds(found) == ["received", "queued", "marking", "marked"]
    assert [one.id for one in found] == sorted(one.id for one in found)


def test_who_comes_again_hears_only_what_is_new(school):
    attempt_id = school.attempt("ada")
    tell(school, attempt_id, "received", "marking", "marked")
    feed = Feed(school.database)
    first = asyncio.run(heard(feed, attempt_id))
    assert kinds(asyncio.run(heard(feed, attempt_id, first[1].id))) == ["marked"]


def test_many_watchers_hear_the_same_and_one_task_looks_for_all(school, monkeypatch):
    attempt_id, looks = school.attempt("ada", state=State.QUEUED), []
    since = Feed._since
    monkeypatch.setattr(Feed, "_since", lambda feed, after: looks.append(after) or since(feed, after))

    async def run():
        feed = Feed(school.database)
        watching = [asyncio.create_task(heard(feed, attempt_id)) for _ in range(20)]
        while not looks:
            await asyncio.sleep(0)
        tell(school, attempt_id, "marking", "marked", state=State.MARKED)
        found = await asyncio.wait_for(asyncio.gather(*watching), 30)
        assert feed._watchers == {}
        await feed.ended()
        return found

    found = asyncio.run(run())
    assert {tuple(kinds(one)) for one in found} == {("marking", "marked")}


def test_somebody_who_hears_nothing_is_kept_connected(school, monkeypatch):
    monkeypatch.setattr(events, "KEEP_ALIVE_SECONDS", 0.01)
    attempt_id = school.attempt("ada", state=State.QUEUED)

    async def run():
        feed = Feed(school.database)
        async with contextlib.aclosing(feed.watch(attempt_id)) as watching:
            heard = await anext(watching)
        await feed.ended()
        return heard

    assert asyncio.run(run()) is None


def test_a_server_that_stops_lets_everybody_go(school):
    attempt_id = school.attempt("ada", state=State.QUEUED)
    tell(school, attempt_id, "queued")

    async def run():
        feed, told = Feed(school.database), asyncio.Event()
        watching = asyncio.create_task(heard(feed, attempt_id, told=told))
        await told.wait()
        await feed.ended()
        return await asyncio.wait_for(watching, 30)

    assert kinds(asyncio.run(run())) == ["queued"]
