"""Tells those who watch an attempt what becomes of it, as it happens.

One task of the web process looks for new rows of the table of events while anybody watches, and hands them to all
watchers: a hundred open pages cost what one does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError

from autograder.server.database import Database
from autograder.server.tables import Event

log = logging.getLogger(__name__)
POLL_SECONDS = 0.1
# While the database is gone, it is looked for so often.
GONE_SECONDS = 1.0
# Something is sent so often, so that proxies keep the connection open and a reader who has gone is noticed.
KEEP_ALIVE_SECONDS = 15.0
# Ids of transactions that are under way may still appear below those that are there: PostgreSQL gives ids before it
# commits. So many of the last ones are read again; SQLite has one writer, whose ids come in their order.
OVERLAP = 200
# Events after which nothing more happens by itself.
LAST = frozenset({"marked", "refused", "for_a_person"})
STEPS = LAST | {"received", "queued", "marking"}


@dataclass(frozen=True)
class Happened:
    """One event of an attempt."""

    id: int
    attempt_id: str
    at: datetime
    kind: str
    data: dict[str, Any]


# Columns, not objects: this is read ten times a second.
EVENTS = select(Event.id, Event.attempt_id, Event.at, Event.kind, Event.data).order_by(Event.id)


class Feed:
    """New events, for those who watch.

    Args:
        database: The server's database.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._overlap = 0 if database.engine.dialect.name == "sqlite" else OVERLAP
        self._watchers: dict[str, set[asyncio.Queue[Happened | None]]] = {}
        self._poller: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False

    @property
    def watchers(self) -> int:
        """How many watch an attempt."""
        return sum(len(queues) for queues in list(self._watchers.values()))

    async def watch(self, attempt_id: str, after: int = 0) -> AsyncGenerator[Happened | None]:
        """Yield an attempt's events, those of before first; None when nothing has happened for a while.

        Ends after an event after which nothing more happens by itself, or when the server stops.

        Args:
            attempt_id: The attempt.
            after: The id of the last event that is known already.
        """
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Happened | None] = asyncio.Queue()
        self._watchers.setdefault(attempt_id, set()).add(queue)
        try:
            # Watched first, from what is the newest event now, then read: nothing falls in between, and what comes
            # twice is left out.
            await self._look()
            before = await run_in_threadpool(self._of_attempt, attempt_id)
            seen = {one.id for one in before}
            for one in before:
                if one.id > after:
                    yield one
            # By the events alone: an attempt that is marked again goes through them again.
            steps = [one.kind for one in before if one.kind in STEPS]
            if steps and steps[-1] in LAST:
                return
            while not self._stopped:
                try:
                    happened = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    yield None
                    continue
                if happened is None:
                    return
                if happened.id in seen:
                    continue
                seen.add(happened.id)
                yield happened
                if happened.kind in LAST:
                    return
        finally:
            watchers = self._watchers[attempt_id]
            watchers.discard(queue)
            if not watchers:
                del self._watchers[attempt_id]

    def end(self) -> None:
        """End all watching, from a signal's handler or another thread: readers come again when the server does."""
        self._stopped = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        for queues in self._watchers.values():
            for queue in queues:
                queue.put_nowait(None)

    async def ended(self) -> None:
        """End all watching, and wait until nothing is read for it any longer."""
        self.end()
        if self._poller is not None:
            await self._poller

    async def _look(self) -> None:
        """Let there be a task that looks for new events."""
        if self._poller is None or self._poller.done():
            newest = await run_in_threadpool(self._newest)
            if self._poller is None or self._poller.done():
                self._poller = asyncio.create_task(self._poll(newest))

    async def _poll(self, newest: int) -> None:
        handed = set[int]()
        while self._watchers and not self._stopped:
            try:
                new = await run_in_threadpool(self._since, newest - self._overlap)
            except (OperationalError, InterfaceError) as fault:
                log.warning("cannot look for events", extra={"why": str(fault.orig)})
                await asyncio.sleep(GONE_SECONDS)
                continue
            for one in new:
                newest = max(newest, one.id)
                if one.id in handed:
                    continue
                handed.add(one.id)
                for queue in self._watchers.get(one.attempt_id, ()):
                    queue.put_nowait(one)
            handed = {one for one in handed if one > newest - self._overlap}
            await asyncio.sleep(POLL_SECONDS)

    def _newest(self) -> int:
        with self._database.reading() as session:
            return session.scalar(select(func.max(Event.id))) or 0

    def _since(self, event_id: int) -> list[Happened]:
        with self._database.reading() as session:
            return [Happened(*row) for row in session.execute(EVENTS.where(Event.id > event_id))]

    def _of_attempt(self, attempt_id: str) -> list[Happened]:
        with self._database.reading() as session:
            return [Happened(*row) for row in session.execute(EVENTS.where(Event.attempt_id == attempt_id))]
