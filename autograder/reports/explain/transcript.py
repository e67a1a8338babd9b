"""Records what hidden tests asked of student code, what came back, and what the solution replies to the same.

Requests and replies are recorded on the grader's side, as they pass through a link: nothing here reaches the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograder.kernel import wire
from autograder.kernel.call_server import Server
from autograder.testing.case import Case, current_case
from autograder.testing.faults import StudentError
from autograder.testing.fixtures import Access
from autograder.testing.link import Link, LocalLink
from autograder.testing.stand_ins import StandIns
from autograder.testing.student import SEALED_ROOM, Reference, read_error

# Numerical gradients ask thousands of times. What a test looked at first shows the most, so the end is left out.
KEPT_STEPS = 20_000
KEPT_BYTES = 256 << 20
LOOKS = ("array", "plain", "keys")
UNASKED = ("parts", "now", "items")


@dataclass
class TranscriptStep:
    """One request and what came back.

    Attributes:
        request: Its fields (see `autograder.kernel.call_server`); a `Reference` stands for a handle.
        reply: What came back from the student's code; None when nothing did.
        solution: What the solution replies; None when it could not be asked.
    """

    request: dict[str, Any]
    reply: wire.WireMessage | None = None
    solution: wire.WireMessage | None = None

    @property
    def op(self) -> str:
        """What was asked."""
        return str(self.request["op"])

    @property
    def target(self) -> int | None:
        """The handle that was asked about."""
        target = self.request.get("target")
        return target.number if isinstance(target, Reference) else None

    @property
    def number(self) -> int | None:
        """The handle that came back."""
        return handle_of(self.reply)

    @property
    def error(self) -> StudentError | None:
        """What the student's code raised."""
        return error_of(self.reply)

    @property
    def about(self) -> dict[str, Any]:
        """What is said of the value that came back: its type, and its length, shape and dtype where it has them."""
        return about_of(self.reply)

    def handles(self) -> Iterator[int]:
        """Yield the handles that the request holds."""
        waiting: list[Any] = [self.request]
        while waiting:
            match waiting.pop():
                case Reference(number):
                    yield number
                case dict() as values:
                    waiting += values.values()
                case list() | tuple() as values:
                    waiting += values


def handle_of(reply: wire.WireMessage | None) -> int | None:
    """Return the handle in a reply, None when it has none."""
    value = reply.content.get("value") if reply is not None else None
    number = value.get("ref") if isinstance(value, dict) else None
    return number if isinstance(number, int) else None


def error_of(reply: wire.WireMessage | None) -> StudentError | None:
    """Return the exception in a reply, None when it has none."""
    return read_error(reply.content["error"]) if reply is not None and "error" in reply.content else None


def about_of(reply: wire.WireMessage | None) -> dict[str, Any]:
    """Return what a reply says of the value that it has a handle for."""
    facts = reply.content.get("about") if reply is not None else None
    return facts if isinstance(facts, dict) else {}


def value_of(reply: wire.WireMessage | None) -> Any:
    """Return the value in a reply to a look, None when there is none or it breaks the rules of the wire."""
    if reply is None or error_of(reply) is not None:
        return None
    try:
        return wire.unpack(reply.content.get("value"), [*reply.attachments], Reference)
    except wire.WireError:
        return None


@dataclass
class Transcript:
    """All that one test asked.

    Attributes:
        case: What the test gathered.
        steps: In the order in which they were asked.
        whole: Whether everything was kept.
    """

    case: Case
    steps: list[TranscriptStep] = field(default_factory=list)
    whole: bool = True
    _bytes: int = 0

    def keep(self, step: TranscriptStep, size: int) -> None:
        """Append a step, as long as there is room."""
        self._bytes += size
        if len(self.steps) >= KEPT_STEPS or self._bytes > KEPT_BYTES:
            self.whole = False
        if self.whole:
            self.steps.append(step)

    @cached_property
    def _makers(self) -> dict[int, TranscriptStep]:
        return {step.number: step for step in self.steps if step.number is not None}

    def maker(self, number: int | None) -> TranscriptStep | None:
        """Return the step that a handle came from; only asked once the test has ended."""
        return self._makers.get(number) if number is not None else None

    def origin(self, step: TranscriptStep) -> TranscriptStep:
        """Return the call, or the name, that the value which a step is about belongs to."""
        while step.op not in ("call", "name") and (maker := self.maker(step.target)) is not None:
            step = maker
        return step

    def function_of(self, step: TranscriptStep) -> str:
        """Return the name of the function whose result a step is about."""
        called = self.origin(step)
        maker = self.maker(called.target) if called.op == "call" else called
        return str(maker.request.get("name", "")) if maker is not None else ""


def asked_for(reply: wire.WireMessage) -> wire.WireMessage:
    """Return a reply without what it holds unasked, so that each look at a value is a step of its own."""
    content = {name: value for name, value in reply.content.items() if name not in UNASKED}
    return wire.WireMessage(content, [] if "about" in reply.content else reply.attachments)


class RecordingLink:
    """Passes requests on and records them, with what comes back.

    Args:
        inner: The link to the student's code.
        transcript: Receives the steps.
    """

    def __init__(self, inner: Link, transcript: Transcript) -> None:
        self._inner, self._transcript = inner, transcript

    def exchange(self, message: wire.WireMessage, room: int = 0) -> wire.WireMessage:
        """Return the reply to ``message``; see `autograder.testing.student.Link`."""
        step = TranscriptStep(wire.unpack(message.content["request"], [*message.attachments], Reference))
        if "of" in step.request:
            return self._looked_up(step.request, room)
        if step.op == "items":
            return self._one_by_one(step.request)
        reply = asked_for(self._inner.exchange(message, room))
        # The test reads its reply once, which empties it.
        step.reply = wire.WireMessage(reply.content, [*reply.attachments])
        self._transcript.keep(step, sum(map(len, [*message.attachments, *reply.attachments])))
        return reply

    def _one_by_one(self, request: dict[str, Any]) -> wire.WireMessage:
        """Ask for each of several items, so that each is a step of its own."""
        found = []
        for key in request["keys"]:
            item = self.exchange(message_of({"op": "item", "target": request["target"], "key": key}), SEALED_ROOM)
            if error_of(item) is not None:
                return item
            found.append(item.content)
        return wire.WireMessage({"parts": found})

    def _looked_up(self, request: dict[str, Any], room: int) -> wire.WireMessage:
        """Ask first for what a request is about, so that this is a step of its own."""
        found = self.exchange(message_of(request.pop("of")))
        number = handle_of(found)
        if number is None:  # it is not there, or what came back breaks the rules of the wire
            return found
        return self.exchange(message_of({**request, "target": Reference(number)}), room)


def own_number(value: Any) -> int | None:
    """Return the handle that a `Reference` stands for, None for any other value."""
    return value.number if isinstance(value, Reference) else None


def message_of(request: dict[str, Any], refer: Callable[[Any], int | None] = own_number) -> wire.WireMessage:
    """Return a request as a message.

    Args:
        request: Its fields, see `autograder.kernel.call_server`.
        refer: Gives the handle of a value that stands for one, see `autograder.kernel.wire.pack`.

    Raises:
        wire.WireError: It holds something that cannot be sent.
    """
    attachments: list[bytes] = []
    form = wire.pack(request, attachments, refer)
    return wire.WireMessage({"request": form}, attachments)


class RecordingAccess(Access):
    """Reaches a submission as another access does, and keeps a transcript of each test.

    Args:
        inner: Reaches the submission.

    Attributes:
        transcripts: By test; of a test that was run twice, the last.
    """

    recorded = True

    def __init__(self, inner: Access) -> None:
        self._inner, self.limits, self.identity = inner, inner.limits, inner.identity
        self.transcripts: dict[str, Transcript] = {}

    def link(self) -> Link:
        """Return a live link to the student's code that records what passes through it."""
        return RecordingLink(self._inner.link(), self.transcripts[current_case().test])

    def link_apart(self, number: int) -> Link:
        """Return a link to a kernel apart. Nothing is recorded there: its handles are others."""
        return self._inner.link_apart(number)

    def wrote(self, line: str) -> bool:
        """Return whether a line is the student's."""
        return self._inner.wrote(line)

    def standing_in(self, stand_ins: StandIns) -> AbstractContextManager[Access] | None:
        """Return the inner one's. Nothing is recorded there: not only the student answers."""
        return self._inner.standing_in(stand_ins)

    def begin_test(self) -> None:
        """Start a transcript, and counting the test's time."""
        self.transcripts[current_case().test] = Transcript(current_case())
        self._inner.begin_test()


def ask_solution(transcript: Transcript, solution: Mapping[str, Any]) -> None:
    """Ask the solution, in this process, all that the student's code was asked.

    Args:
        transcript: Its steps receive the replies.
        solution: What the solution defines, by name.
    """
    link, numbers = LocalLink(Server(solution)), dict[int, int]()
    for step in transcript.steps:
        try:
            asked = message_of(step.request, lambda value: _other(value, numbers))
            step.solution = link.exchange(asked, wire.MAX_BODY)
        except (KeyError, wire.WireError):  # it has nothing, or nothing that can be sent, in this place
            continue
        own, other = step.number, handle_of(step.solution)
        if own is not None and other is not None:
            numbers[own] = other


def _other(value: Any, numbers: dict[int, int]) -> int | None:
    return numbers[value.number] if isinstance(value, Reference) else None


def differs(step: TranscriptStep, tolerance: float) -> bool:
    """Return whether a test saw something else than it would have seen of the solution."""
    own, right = value_of(step.reply), value_of(step.solution)
    if step.op == "keys" and isinstance(own, list) and isinstance(right, list):
        return sorted(map(repr, own)) != sorted(map(repr, right))
    if not isinstance(own, np.ndarray) or not isinstance(right, np.ndarray):
        return type(own) is not type(right) or bool(own != right)
    if own.shape != right.shape or own.dtype.kind != right.dtype.kind:
        return True
    scale = float(np.abs(right).max(initial=0)) or 1.0
    return not np.allclose(own, right, rtol=tolerance, atol=tolerance * scale)
