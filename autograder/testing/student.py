"""Provides ``student``, by which a hidden test reaches the student's code, wherever that runs.

``student.rnn_step_forward(x, h, Wx, Wh, b)`` calls the student's function with fresh copies of the arrays and returns a
`Remote`: what the function returned stays where it is, and a test looks at it with `fetch`. What a function returned is
what it was when it returned: arrays come with the reply to the call (they are sealed), and what does not can be looked
at only until the next call. A `Remote` that is passed to another call stands there for the very object.

The same tests run against a notebook in a kernel and against a module in this process: only the `Link` differs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.i18n.messages import Message, say
from autograder.kernel import wire
from autograder.kernel.call_server import SEALED_MAX
from autograder.testing.faults import StudentError
from autograder.testing.link import Link
from autograder.testing.redaction import LINE_MAX, shown_name, shown_text

INPUTS_MAX = 12
APART = 3
# Bytes of sealed values in a reply: the arrays, and their headers.
SEALED_ROOM = SEALED_MAX + wire.NPY_HEADER_MAX


@dataclass
class Observations:
    """What calls of student code showed besides their results; no mark depends on it.

    Attributes:
        changed: Arguments that were changed in place.
        printed: The beginning of what was printed.
        inputs: Arrays that the last calls were given.
    """

    changed: set[Message] = field(default_factory=set)
    printed: str = ""
    inputs: deque[np.ndarray] = field(default_factory=lambda: deque(maxlen=INPUTS_MAX))


class Student:
    """The names that the student's code defines, as attributes that are `Remote` values.

    Args:
        link: Returns a link to the code; a function, so that a link that has ended can be replaced.
        observed: Receives what is seen on the way.
        apart: Returns a link to the same code in a process apart, by number.
        recorded: Whether everything that a test looks at is asked for in messages, so that it can be retold; then
            nothing is taken from what came sealed.
    """

    def __init__(
        self,
        link: Callable[[], Link],
        observed: Observations | None = None,
        apart: Callable[[int], Link] | None = None,
        *,
        recorded: bool = False,
    ) -> None:
        self._channel = Channel(link, observed if observed is not None else Observations(), recorded=recorded)
        self._apart = apart

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Lookup(self._channel, name, {"op": "name", "name": name})


def apart(student: Student, number: int) -> Student:
    """Return the same code in another process, which knows nothing of what was asked of the first.

    For what is right only by what the student's own function answers: code that knows what it is compared with could
    answer so that anything fits.

    Args:
        student: The code as it is asked first.
        number: The number of the other process, from 0 to `APART` - 1.
    """
    link = student._apart
    return Student(student._channel._link if link is None else lambda: link(number), student._channel.observed)


class Channel:
    """Turns what a test does with `Remote` values into requests, and replies into values or exceptions."""

    def __init__(self, link: Callable[[], Link], observed: Observations, *, recorded: bool = False) -> None:
        self._link = link
        self.observed, self.recorded = observed, recorded
        self.calls = 0

    def exchange(self, request: dict[str, Any], room: int) -> wire.WireMessage:
        """Return the reply to a request; an error reply is raised. See `request`."""
        # A name or an attribute that was not looked up yet is looked up with what is asked of it, which saves a
        # message.
        target = request.get("target")
        if isinstance(target, Lookup) and target._kept is None and not self.recorded:
            request = {**request, "target": None, "of": target._asks}
        attachments: list[bytes] = []
        form = wire.pack(request, attachments, lambda value: value._number if isinstance(value, Remote) else None)
        # Before the request: a call that raises has run code as well.
        self.calls += request["op"] == "call"
        reply = self._link().exchange(wire.WireMessage({"request": form}, attachments), room)
        if isinstance(reply.content.get("printed"), str):
            self.observed.printed += reply.content["printed"][: 2000 - len(self.observed.printed)]
        if "error" in reply.content:
            raise read_error(reply.content["error"])
        return reply

    def request(self, room: int = 0, **request: Any) -> tuple[dict[str, Any], Any]:
        """Return the reply's content and the value in it.

        Args:
            room: How many bytes of arrays the reply may hold.
            request: What is asked; see `autograder.kernel.call_server`.

        Raises:
            StudentError: The student's code raised.
        """
        reply = self.exchange(request, room)
        return reply.content, wire.unpack(reply.content.get("value"), reply.attachments, Reference)

    def handle(self, title: str, room: int = 0, **request: Any) -> Remote:
        """Return the `Remote` that a request is answered with; ``title`` says in messages what it is."""
        reply = self.exchange(request, room)
        remote = self.remote(title, reply.content, reply.attachments)
        changed, parts = reply.content.get("changed"), reply.content.get("parts")
        remote._changed = changed if isinstance(changed, list) else []
        remote._parts = dict(enumerate(parts)) if isinstance(parts, list) and not self.recorded else remote._parts
        if request["op"] == "call":
            remote._born = self.calls
        return remote

    def handles(self, titles: Sequence[str], room: int, **request: Any) -> list[Remote]:
        """Return the values that a request for several is answered with; see `handle`."""
        reply = self.exchange(request, room)
        parts = reply.content.get("parts")
        if not isinstance(parts, list) or len(parts) != len(titles):
            raise wire.WireError("a reply has another number of values than what is asked")
        return [self.remote(title, part, reply.attachments) for title, part in zip(titles, parts, strict=True)]

    def remote(self, title: str, content: Any, attachments: list[bytes]) -> Remote:
        """Return the value that a handle in a reply stands for, with what it holds sealed."""
        content = content if isinstance(content, dict) else {}
        value = wire.unpack(content.get("value"), [], Reference)
        if not isinstance(value, Reference):
            raise wire.WireError("a reply lacks its reference")
        facts, items = content.get("about"), content.get("items")
        remote = Remote(self, Handle(value.number, facts if isinstance(facts, dict) else {}), title)
        if self.recorded:
            return remote
        remote._attachments = attachments
        remote._now = content.get("now")
        remote._items = items if isinstance(items, dict) else None
        return remote


@dataclass(frozen=True)
class Handle:
    """The grader's name of an object on the student's side.

    Attributes:
        number: Names it in requests.
        facts: What the kernel says of it, which may be false; see `autograder.kernel.call_server`.
    """

    number: int
    facts: dict[str, Any]


@dataclass(frozen=True)
class Reference:
    """A number that stands for an object on the student's side."""

    number: int


def read_error(form: Any) -> StudentError:
    """Return the exception that an error reply describes, reduced to what may be shown."""
    # A reply may be forged: each part is checked for its type.
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
    with a leading underscore belong to this class. Look at the value with `fetch`, `plain`, `keys`, `kind`, `length`.
    """

    def __init__(self, channel: Channel, handle: Handle | None, title: str) -> None:
        self._channel, self._kept, self._title = channel, handle, title
        self._changed: list[int] = []
        # What came sealed: the value itself; what is in a dict; what is in a tuple.
        self._now: Any = None
        self._items: dict[str, Any] | None = None
        self._parts: dict[int, Any] = {}
        self._attachments: list[bytes] = []
        # The call that returned it, by its number, and what came of the first look at it.
        self._born: int | None = None
        self._seen: np.ndarray | StudentError | wire.WireError | None = None

    def _sealed(self, key: Any) -> Remote | None:
        """Return what came sealed under a key or an index; None when nothing did."""
        held = self._parts if type(key) is int else self._items or {}
        if key not in held:
            return None
        part = self._channel.remote(f"{self._title}[{key!r}]", held[key], self._attachments)
        part._born = self._born
        return part

    def _check_fresh(self) -> None:
        """Check that no other call was made since the one that returned this value.

        Raises:
            StudentError: One was made, and its code could have changed the value.
        """
        if self._born is not None and self._born != self._channel.calls and not self._channel.recorded:
            kind = str(self._facts.get("type", ""))[:100]
            raise StudentError("TypeError", f"a value of type {kind} cannot be looked at after another call", [])

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
        # Kept for patterns such as an input that is returned unchanged.
        self._channel.observed.inputs.extend(arg for arg in args if isinstance(arg, np.ndarray))
        result = self._channel.handle(self._title, SEALED_ROOM, op="call", target=self, args=list(args), kwargs=kwargs)
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
        if isinstance(key, int | str) and (part := self._sealed(key)) is not None:
            return part
        self._check_fresh()
        part = self._channel.handle(f"{self._title}[{key!r}]", SEALED_ROOM, op="item", target=self, key=key)
        part._born = self._born
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        self._channel.request(op="set_item", target=self, key=key, value=value)

    def __iter__(self) -> Any:
        raise TypeError("a value of the student's is not iterated over: use autograder.testing.returned or an index")

    def __repr__(self) -> str:
        kind = self._kept.facts.get("type") if self._kept else None
        return f"<student's {self._title}: {kind or 'value'}>"


class Lookup(Remote):
    """A value that has a name in the student's code, or is an attribute, and is looked up only when it is used.

    That saves a message for each. A name that does not exist raises `StudentError` when it is used, not when it is
    named.

    Args:
        asks: The request for a handle of the value.
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
        StudentError: The value cannot be made an array, or is larger than ``limit``.
        wire.WireError: What arrived is not an array of plain numbers, or is larger than ``limit``.
    """
    # The first look counts: code could otherwise show one array to one check and another to the next.
    if isinstance(remote._seen, Exception):
        raise remote._seen
    try:
        value = _fetched(remote, limit)
    except (StudentError, wire.WireError) as fault:
        remote._seen = fault if remote._born is not None else None
        raise
    remote._seen = value.copy() if remote._born is not None else None
    return value


def _fetched(remote: Remote, limit: int) -> np.ndarray:
    value = remote._seen
    if value is None and remote._now is not None:
        value = wire.unpack(remote._now, [*remote._attachments], Reference)
    if not isinstance(value, np.ndarray) or value.nbytes > limit:
        remote._check_fresh()
        _, value = remote._channel.request(limit + wire.NPY_HEADER_MAX, op="array", target=remote, limit=limit)
    if not isinstance(value, np.ndarray):
        raise wire.WireError("an array is asked, something else arrived")
    return value


def get_items(remote: Remote, keys: Sequence[str]) -> dict[str, Remote]:
    """Return items of the student's value by their keys, as indexing does, in one message.

    Raises:
        StudentError: One of them is not there.
    """
    if remote._channel.recorded or (remote._items is not None and set(keys) <= set(remote._items)):
        return {key: remote[key] for key in keys}
    remote._check_fresh()
    titles = [f"{remote._title}[{key!r}]" for key in keys]
    found = remote._channel.handles(titles, SEALED_ROOM, op="items", target=remote, keys=list(keys))
    for part in found:
        part._born = remote._born
    return dict(zip(keys, found, strict=True))


def set_items(remote: Remote, items: Mapping[str, np.ndarray | np.generic]) -> None:
    """Set items of the student's value to copies, in one message."""
    remote._channel.request(op="set_items", target=remote, items=items)


def plain(remote: Remote) -> bool | int | float | str | None:
    """Return the student's value itself, when it is None, a truth value, a number or text."""
    remote._check_fresh()
    _, value = remote._channel.request(op="plain", target=remote)
    if value is not None and not isinstance(value, bool | int | float | str):
        raise wire.WireError("a plain value is asked, something else arrived")
    return value


def keys(remote: Remote) -> list[str]:
    """Return the keys that are text of a dict of the student's."""
    if remote._items is not None:
        return list(remote._items)
    remote._check_fresh()
    _, value = remote._channel.request(op="keys", target=remote)
    if not isinstance(value, list):
        raise wire.WireError("a list of keys is asked, something else arrived")
    return [key for key in value if isinstance(key, str)]


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
