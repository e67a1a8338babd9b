"""A class that hands in, whatever happens: each hand-in is sent until the server has acknowledged it."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from autograder_client import http, submitting
from autograder_client.errors import ClientError, RefusedError
from autograder_client.settings import Settings
from benchmarks.hosted import SLUG, Hosted, Student

# One in so many is sent twice at once.
DOUBLE_CLICK = 10
# Then the program ends, and the student starts it again.
PATIENCE = 5.0
# A student who is refused for now comes again; nobody waits longer than that.
WAIT_MOST = 10.0


@dataclass(frozen=True)
class HandIn:
    """What a student hands in.

    Attributes:
        student: The student.
        content: The notebook's bytes; no two are the same.
        twice: Whether it is sent twice at the same time: a double click.
    """

    student: Student
    content: bytes
    twice: bool


@dataclass(frozen=True)
class Acknowledged:
    """A hand-in that the server has acknowledged.

    Attributes:
        hand_in: What was handed in.
        receipt: The receipt.
    """

    hand_in: HandIn
    receipt: dict[str, Any]


@dataclass
class ClassRoom:
    """Students who hand in.

    Attributes:
        hosted: The server.
        acknowledged: What it has acknowledged so far, a double click twice.
        refusals: How often it said no for now, by what it said.
        unanswered: How often it did not answer.
    """

    hosted: Hosted
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refusals: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hand_in(self, hand_in: HandIn, stopped: threading.Event) -> None:
        """Hand in, until there is a receipt, or everything is stopped."""
        clicks = 2 if hand_in.twice else 1
        with ThreadPoolExecutor(clicks) as threads:
            list(threads.map(self._until_acknowledged, [hand_in] * clicks, [stopped] * clicks))

    def _until_acknowledged(self, hand_in: HandIn, stopped: threading.Event) -> None:
        settings = Settings(self.hosted.url, hand_in.student.token)
        files = {f"{self.hosted.assignment}.ipynb": hand_in.content}
        while not stopped.is_set():
            server = http.Server(settings, patience=PATIENCE)
            try:
                receipt = submitting.hand_in(server, SLUG, self.hosted.assignment, files, "terminal")
            except RefusedError as refused:
                with self._lock:
                    self.refusals[refused.status] = self.refusals.get(refused.status, 0) + 1
                stopped.wait(min(WAIT_MOST, refused.retry_after or 1))
            except ClientError:
                with self._lock:
                    self.unanswered += 1
            else:
                with self._lock:
                    self.acknowledged.append(Acknowledged(hand_in, receipt))
                return

    @property
    def count(self) -> int:
        """How many of the hand-ins are acknowledged."""
        with self._lock:
            return len({one.hand_in.content for one in self.acknowledged})


def hand_ins_of(rng: random.Random, students: Sequence[Student], contents: Sequence[bytes]) -> list[HandIn]:
    """Return what a class hands in: the students in turns, each content once."""
    clicks = [number % DOUBLE_CLICK == 0 for number in range(len(contents))]
    rng.shuffle(clicks)
    return [
        HandIn(students[number % len(students)], content, clicks[number]) for number, content in enumerate(contents)
    ]
