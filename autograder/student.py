"""``student``: how a hidden test reaches the student's code, wherever that runs.

``student.rnn_step_forward(x, h, Wx, Wh, b)`` calls the student's function with fresh copies of the arrays and returns a
`Remote`: what the function returned stays where it is, and an array crosses over only when the test looks at it with
`fetch`. A `Remote` that is passed to another call stands there for the very object.

The same tests run against a notebook in a kernel and against a module in this process: only the `Link` differs.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.kernel import wire
from autograder.kernel.serve import NOW_MAX
from autograder.link import Link
from autograder.messages import say
from autograder.rationale import LINE_MAX, shown_name, shown_text

INPUTS_MAX = 12
# Bytes of an item of a dict that come with its handle.
ITEM_ROOM = NOW_MAX + wire.NPY_HEADER_MAX


class StudentFault(Exception):
    """Something that student code did instead of returning."""


class StudentError(StudentFault):
    """The student's code raised.

    Attributes:
        name: The exception's class name.
        text: Its message.
        lines: The student's own lines that led to it, outermost first.
    """

    def __init__(self, name: str, text: str, lines: list[str]) -> None:
        super().__init__(f"{name}: {text}" if text else name)
        self.name, self.text, self.lines = name, text, lines


class StudentTimeout(StudentFault):
    """The student's code ran longer than a test may.

    Attributes:
        seconds: The limit.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"stopped after {seconds:g} seconds")
        self.seconds = seconds


class StudentDied(StudentFault):
    """The process that holds the student's code ended."""


class KernelLost(Exception):
    """A kernel ended because the process that had forked it ended: not its code's fault."""


@dataclass
class Observations:
    """What calls of student code showed besides their results; marks don't depend on it.

    Attributes:
        changed: Arguments that were changed in place.
        printed: What was printed, cut.
        inputs: Arrays that the last calls were given.
    """

    changed: set[str] = field(default_factory=set)
    printed: str = ""
    inputs: deque[np.ndarray] = field(default_factory=lambda: deque(maxlen=INPUTS_MAX))


class Student:
    """The names that the student's code defines, as attributes that are `Remote` values.

    Args:
        link: How to reach the code; a function, so that a link which has ended can be replaced.
        observed: Receives what is seen on the way.
        apart: How to reach the same code for `apart`.
    """

    def __init__(
        self,
        link: Callable[[], Link],
        observed: Observations | None = None,
        apart: Callable[[], Link] | None = None,
    ) -> None:
        self._channel = Channel(link, observed if observed is not None else Observations())
        self._apart = apart or link

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Lookup(self._channel, name, {"op": "name", "name": name})


def apart(student: Student) -> Student:
    """Return the same code in another process, which knows nothing of what was asked of the first.

    For what is right only by what the student's own function answers: code that knows what it is compared with could
    answer so that anything fits.
    """
    return Student(student._apart, student._channel.observed)


class Channel:
    """Turns what a test does with `Remote` values into requests, and replies into values or exceptions."""

    def __init__(self, link: Callable[[], Link], observed: Observations) -> None:
        self._link = link
        self.observed = observed
        self.asked = 0

    def exchange(self, request: dict[str, Any], room: int) -> wire.Message:
        """Return the reply to a request, which is not an error; see `request`."""
        target = request.get("target")
        if isinstance(target, Lookup) and target._kept is None:
            request = {**request, "target": None, "of": target._asks}
        attachments: list[bytes] = []
        form = wire.pack(request, attachments, lambda value: value._number if isinstance(value, Remote) else None)
        self.asked += 1
        reply = self._link().exchange(wire.Message({"request": form}, attachments), room)
        if isinstance(reply.content.get("printed"), str):
            self.observed.printed += reply.content["printed"][: 2000 - len(self.observed.printed)]
        if "error" in reply.content:
            raise read_error(reply.content["error"])
        return reply

    def request(self, room: int = 0, **request: Any) -> tuple[dict[str, Any], Any]:
        """Return the reply's content and the value in it.

        Args:
            room: How many bytes of arrays the reply may hold.
            request: What is asked; see `autograder.kernel.serve`.

        Raises:
            StudentError: The student's code raised.
        """
        reply = self.exchange(request, room)
        return reply.content, wire.unpack(reply.content.get("value"), reply.attachments, Reference)

    def handle(self, title: str, room: int = 0, **request: Any) -> Remote:
        """Return the `Remote` that a request is answered with; ``title`` says in messages what it is."""
        reply = self.exchange(request, room)
        remote = self._remote(title, reply.content)
        changed, parts = reply.content.get("changed"), reply.content.get("parts")
        remote._changed = changed if isinstance(changed, list) else []
        remote._parts = parts if isinstance(parts, list) else []
        self._keep_early(remote, reply.content, reply.attachments)
        return remote

    def handles(self, titles: Sequence[str], room: int, **request: Any) -> list[Remote]:
        """Return what a request is answered with that asks for several values; see `handle`."""
        reply = self.exchange(request, room)
        parts = reply.content.get("parts")
        if not isinstance(parts, list) or len(parts) != len(titles):
            raise wire.WireError("a reply has another number of values than what is asked")
        made = []
        for title, part in zip(titles, parts, strict=True):
            content = part if isinstance(part, dict) else {}
            remote = self._remote(title, content)
            self._keep_early(remote, content, reply.attachments)
            made.append(remote)
        return made

    def _keep_early(self, remote: Remote, content: dict[str, Any], attachments: list[bytes]) -> None:
        if "now" in content:
            remote._now = Early(content["now"], attachments, self.asked)

    def part(self, whole: Remote, index: int) -> Remote:
        """Return one of the values in a tuple, which came together with it."""
        content = whole._parts[index]
        return self._remote(f"{whole._title}[{index!r}]", content if isinstance(content, dict) else {})

    def _remote(self, title: str, content: dict[str, Any]) -> Remote:
        value = wire.unpack(content.get("value"), [], Reference)
        if not isinstance(value, Reference):
            raise wire.WireError("a reply lacks its reference")
        facts = content.get("about")
        return Remote(self, Handle(value.number, facts if isinstance(facts, dict) else {}), title)


@dataclass(frozen=True)
class Early:
    """An array that came together with its handle; it holds until something else is asked.

    Attributes:
        form: Its form in the reply; see `autograder.kernel.wire`.
        attachments: Those of the reply.
        asked: How many requests had been made then.
    """

    form: Any
    attachments: list[bytes]
    asked: int

    def array(self) -> Any:
        """Return what came.

        Raises:
            wire.WireError: It breaks the rules of the wire.
        """
        return wire.unpack(self.form, [*self.attachments], Reference)


@dataclass(frozen=True)
class Handle:
    """What stands for an object on the student's side.

    Attributes:
        number: Names it in requests.
        facts: What is said of it; see `autograder.kernel.serve`.
    """

    number: int
    facts: dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """A number that stands for an object on the student's side."""

    number: int


def read_error(form: Any) -> StudentError:
    """Return the exception that an error reply describes, as far as it may be shown."""
    form = form if isinstance(form, dict) else {}
    name, text, lines = form.get("name"), form.get("text"), form.get("lines")
    return StudentError(
        shown_name(name) if isinstance(name, str) else "Exception",
        shown_text(text) if isinstance(text, str) else "",
        [line[:LINE_MAX] for line in lines[:10] if isinstance(line, str)] if isinstance(lines, list) else [],
    )


class Remote:
    """A value that lives where the student's code runs.

    Calls, attributes, items and item assignment work as on the value itself and give further `Remote` values. Names
    with a
    leading underscore belong to this class. Look at the value with `fetch`, `plain`, `keys`, `kind` and `length`.
    """

    def __init__(self, channel: Channel, handle: Handle | None, title: str) -> None:
        self._channel, self._kept, self._title = channel, handle, title
        self._changed: list[int] = []
        self._parts: list[Any] = []
        self._now: Early | None = None

    def _handle(self) -> Handle:
        if self._kept is None:
            raise TypeError(f"{self._title} has no handle")
        return self._kept

    @property
    def _number(self) -> int:
        return self._handle().number

    @property
    def _facts(self) -> dict[str, Any]:
        return self._handle().facts

    def __call__(self, *args: Any, **kwargs: Any) -> Remote:
        """Call the student's function with fresh copies of the arguments."""
        self._channel.observed.inputs.extend(arg for arg in args if isinstance(arg, np.ndarray))
        result = self._channel.handle(self._title, op="call", target=self, args=list(args), kwargs=kwargs)
        positions = [index + 1 for index in range(len(args)) if index in result._changed]
        self._channel.observed.changed.update(
            say("{function} (argument {position})", function=self._title, position=position) for position in positions
        )
        return result

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Lookup(self._channel, name, {"op": "attribute", "target": self, "name": name})

    def __getitem__(self, key: Any) -> Remote:
        if type(key) is int and 0 <= key < len(self._parts):
            return self._channel.part(self, key)
        return self._channel.handle(f"{self._title}[{key!r}]", ITEM_ROOM, op="item", target=self, key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._channel.request(op="set_item", target=self, key=key, value=value)

    def __iter__(self) -> Any:
        raise TypeError("a value of the student's is not iterated over: use autograder.expect.returned or an index")

    def __repr__(self) -> str:
        kind = self._kept.facts.get("type") if self._kept else None
        return f"<student's {self._title}: {kind or 'value'}>"


class Lookup(Remote):
    """A value that has a name in the student's code, or is an attribute: it is looked up by what is asked of it.

    That spares a message for each. What is not there raises `StudentError` when it is used, not when it is named.

    Args:
        channel: Carries requests.
        title: What messages say that it is.
        asks: The request for a handle of it.
    """

    def __init__(self, channel: Channel, title: str, asks: dict[str, Any]) -> None:
        super().__init__(channel, None, title)
        self._asks = asks

    def _handle(self) -> Handle:
        if self._kept is None:
            self._kept = self._channel.handle(self._title, **self._asks)._handle()
        return self._kept


def fetch(remote: Remote, limit: int) -> np.ndarray:
    """Return the student's value as an array of numbers or truth values.

    Args:
        remote: The value; anything that ``np.asarray`` takes.
        limit: The largest number of bytes that is worth looking at.

    Raises:
        StudentError: It cannot be made an array, or is larger than ``limit``.
        wire.WireError: What arrived is not an array of plain numbers, or is larger than ``limit``.
    """
    early, channel = remote._now, remote._channel
    value = early.array() if early is not None and early.asked == channel.asked else None
    if not isinstance(value, np.ndarray) or value.nbytes > limit:
        _, value = channel.request(limit + wire.NPY_HEADER_MAX, op="array", target=remote, limit=limit)
    if not isinstance(value, np.ndarray):
        raise wire.WireError("an array is asked, something else arrived")
    return value


def get_items(remote: Remote, keys: Sequence[str]) -> dict[str, Remote]:
    """Return items of the student's value by their keys, as indexing gives them, in one message.

    Raises:
        StudentError: One of them is not there.
    """
    room = len(keys) * ITEM_ROOM
    titles = [f"{remote._title}[{key!r}]" for key in keys]
    found = remote._channel.handles(titles, room, op="items", target=remote, keys=list(keys))
    return dict(zip(keys, found, strict=True))


def set_items(remote: Remote, items: dict[str, np.ndarray]) -> None:
    """Set items of the student's value, which gets copies, in one message."""
    remote._channel.request(op="set_items", target=remote, items=items)


def plain(remote: Remote) -> bool | int | float | str | None:
    """Return the student's value itself, when it is None, a truth value, a number or text."""
    _, value = remote._channel.request(op="plain", target=remote)
    if value is not None and not isinstance(value, bool | int | float | str):
        raise wire.WireError("a plain value is asked, something else arrived")
    return value


def keys(remote: Remote) -> list[str]:
    """Return the keys that are text of a dict of the student's."""
    _, value = remote._channel.request(op="keys", target=remote)
    if not isinstance(value, list):
        raise wire.WireError("a list of keys is asked, something else arrived")
    return [key for key in value if isinstance(key, str)]


def outputs(
    remote: Remote, args: Sequence[np.ndarray], position: int, values: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    """Call a student's function many times, in one message, and return the first values that it returns, stacked.

    Args:
        remote: The function.
        args: Its arguments; each call gets fresh copies.
        position: Which of them differs from call to call.
        values: What it is in each call, (calls, ...).
        shape: What each of the first values must have.

    Raises:
        StudentError: A call raised, or what it returned has another shape.
        wire.WireError: What arrived is larger than that.
    """
    room = 16 * len(values) * math.prod(shape) + 65_536
    _, stacked = remote._channel.request(
        room, op="map", target=remote, args=list(args), position=position, values=values
    )
    if not isinstance(stacked, np.ndarray) or stacked.shape != (len(values), *shape):
        raise StudentError("ValueError", "the values that were returned have another shape", [])
    return stacked.astype(float)


def kind(remote: Remote) -> str:
    """Return the class name of the student's value."""
    return str(remote._facts.get("type", ""))[:100]


def dtype(remote: Remote) -> str:
    """Return the dtype that an array of the student's is said to have, an empty text for anything else."""
    return str(remote._facts.get("dtype", ""))[:100]


def length(remote: Remote) -> int | None:
    """Return the length of a tuple, list or dict of the student's, None for anything else."""
    value = remote._facts.get("length")
    return value if isinstance(value, int) and value >= 0 else None
