"""Runs a class against a server that is hurt again and again, as the plan says."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from autograder.server.database import Database
from autograder.server.tables import Attempt, State
from benchmarks.hosted import Hosted
from tests.chaos.class_room import ClassRoom, HandIn
from tests.chaos.machine import Clock, Cluster, Disk, Postgres, Sqlite, kill
from tests.chaos.plan import Blow, Happening

STEP = 0.05
# So many students hand in at the same time, and so many hand-ins are ahead of what is marked; so many more come when
# nothing is marked, because the disk is full or the database is gone.
CLIENTS, AHEAD, MORE = 8, 40, 8
# As a service manager starts again what has ended.
RESTART_SECONDS = 0.5
DISK_SECONDS, DATABASE_SECONDS, HOUR = 15.0, 60.0, 3600.0
# What is to be killed may have been killed just now: it is waited for.
THERE_SECONDS = 180.0
# Without any progress for so long, something is stuck.
STUCK_SECONDS = 600.0


class StuckError(Exception):
    """Nothing goes on any longer; the message says where it was."""


@dataclass
class Chaos:
    """A server, its class, and what happens to it.

    Attributes:
        hosted: The server.
        database: Its database, as something that can be hurt.
        clock: The clock that it reads.
        disk: Its disk; None where this process may not mount one.
        cluster: The dask cluster that marks, at times.
        say: Tells what happens.
        database_seconds: How long the database is gone.
        counts: How often each blow was dealt.
        restarts: How often the server was started.
    """

    hosted: Hosted
    database: Sqlite | Postgres
    clock: Clock
    disk: Disk | None
    cluster: Cluster
    say: Callable[[str], None]
    database_seconds: float = DATABASE_SECONDS
    counts: Counter[Blow] = field(default_factory=Counter)
    restarts: int = 0
    _on_cluster: bool = False
    _marked: int = 0
    _ahead: int = AHEAD
    _waiting_to_enter: int = 0
    _moved: float = field(default_factory=time.monotonic)

    def run(self, hand_ins: Sequence[HandIn], happenings: Sequence[Happening]) -> ClassRoom:
        """Let the class hand in, and everything happen; return when all is marked and entered.

        Raises:
            StuckError: Nothing goes on any longer.
        """
        room = ClassRoom(self.hosted)
        self._reader = Database(self.database.url)
        try:
            self.cluster.start()
            self._start()
            with handing_in(room, hand_ins, lambda: self._marked + self._ahead) as under_way:
                for one in happenings:
                    self._until(lambda after=one.after: self._steps(room) >= after, room)  # type: ignore[misc]
                    self.say(f"{self._steps(room)} steps: {one.blow.value}")
                    self._deal(one.blow, room)
                    self.counts[one.blow] += 1
                self._until(lambda: not under_way(), room)
                self._until(lambda: self._marked >= len(hand_ins) and not self._waiting_to_enter, room)
        finally:
            self._reader.close()
        return room

    def end(self) -> None:
        """Stop everything."""
        self.hosted.stop()
        self.cluster.kill()

    def _steps(self, room: ClassRoom) -> int:
        return room.count + self._marked

    def _deal(self, blow: Blow, room: ClassRoom) -> None:
        match blow:
            case Blow.SERVER:
                self._there(lambda: self.hosted.alive, room)
                self.hosted.kill()
                self._on_cluster = not self._on_cluster
            case Blow.MARKER:
                self._there(lambda: bool(self.hosted.markers()), room)
                for one in self.hosted.markers():
                    kill(one.pid)
            case Blow.WORKER:
                self._there(lambda: bool(self.hosted.workers()), room)
                for pid in self.hosted.workers()[:1]:
                    kill(pid)
            case Blow.SCHEDULER:
                self._use_cluster(room)
                self.cluster.kill()
                self.cluster.start()
            case Blow.CONNECTIONS:
                self.database.cut()
            case Blow.DATABASE:
                self._ahead += MORE
                gone = threading.Thread(target=self.database.gone, args=(self.database_seconds,))
                gone.start()
                self._until(lambda: not gone.is_alive(), room)
            case Blow.DISK:
                self._ahead += MORE
                with self.disk.full() if self.disk else contextlib.nullcontext():
                    self._for(DISK_SECONDS if self.disk else 0, room)
            case Blow.CLOCK | Blow.CLOCK_RIGHT:
                self.clock.set(-HOUR if blow is Blow.CLOCK else 0.0)

    def _use_cluster(self, room: ClassRoom) -> None:
        """Have the cluster mark, as an operator changes it in the middle of everything."""
        if not self._on_cluster:
            self._on_cluster = True
            self.hosted.stop()
        self._there(lambda: self.hosted.alive, room)

    def _there(self, is_there: Callable[[], bool], room: ClassRoom) -> None:
        """Wait until what is to be killed is there, for a while."""
        ends = time.monotonic() + THERE_SECONDS
        while not is_there() and time.monotonic() < ends:
            self._for(STEP, room)

    def _for(self, seconds: float, room: ClassRoom) -> None:
        ends = time.monotonic() + seconds
        self._until(lambda: time.monotonic() >= ends, room)

    def _until(self, fits: Callable[[], bool], room: ClassRoom) -> None:
        """Wait until something is so; start the server again meanwhile, whenever it has ended."""
        before = -1
        while True:
            self._look()
            if self._steps(room) != before:
                before, self._moved = self._steps(room), time.monotonic()
            if fits():
                return
            if time.monotonic() - self._moved > STUCK_SECONDS:
                raise StuckError(f"nothing has moved since {before} steps; {self._waiting_to_enter} wait to be entered")
            self.cluster.mend()
            if not self.hosted.alive:
                time.sleep(RESTART_SECONDS)
                self._start()
            time.sleep(STEP)

    def _look(self) -> None:
        done = Attempt.state.in_([State.MARKED, State.REFUSED, State.FOR_A_PERSON])
        to_enter = Attempt.counts & Attempt.entered_at.is_(None)
        with contextlib.suppress(SQLAlchemyError), self._reader.reading() as session:
            self._marked = session.scalar(select(func.count()).select_from(Attempt).where(done)) or 0
            self._waiting_to_enter = session.scalar(select(func.count()).select_from(Attempt).where(to_enter)) or 0

    def _start(self) -> None:
        self.hosted.options = ("--scheduler", self.cluster.address) if self._on_cluster else ("--jobs", "2")
        self.hosted.begin()
        self.restarts += 1


@contextlib.contextmanager
def handing_in(room: ClassRoom, hand_ins: Sequence[HandIn], until: Callable[[], int]) -> Iterator[Callable[[], bool]]:
    """Let students hand in while the context runs; yield what tells whether they still do.

    Args:
        room: The class.
        hand_ins: What they hand in, in this order.
        until: Says how many of them come by now: students go on as long as the server does.
    """
    stopped = threading.Event()

    def send(number: int) -> None:
        while number >= until() and not stopped.is_set():
            time.sleep(STEP)
        if not stopped.is_set():
            room.hand_in(hand_ins[number], stopped)

    with ThreadPoolExecutor(CLIENTS) as students:
        futures = [students.submit(send, number) for number in range(len(hand_ins))]

        def under_way() -> bool:
            for one in futures:
                if one.done():
                    one.result()  # a fault of ours is not kept silent
            return not all(one.done() for one in futures)

        try:
            yield under_way
        finally:
            stopped.set()


def seeded(seed: int, name: str) -> random.Random:
    """Return what decides one run."""
    return random.Random(f"{seed} {name}")
