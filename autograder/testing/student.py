"""Provides ``student``, by which a hidden test reaches the student's code, wherever that runs.

``student.rnn_step_forward(x, h, Wx, Wh, b)`` calls the student's function with fresh copies of the arrays and returns a
`Remote`: what the function returned stays where it is, and a test looks at it with `fetch`. What a function returned is
what it was when it returned: arrays come with the reply to the call (they are sealed), and what does not can be looked
at only until the next call. A `Remote` that is passed to another call stands there for the very object.

What names, attributes and items are, and what is assigned to items, goes over with the next request whose answer the
test needs, in one message. They are carried out in their order, before that request, so nothing comes out differently
for code that answers alike whenever it is asked. Look-ups and assignments may run code of the student's: a property,
``__getattr__``, ``__setitem__``. Its process has the arrays of the whole message by then. So items that are looked up
go before the arguments of a call, by which code could otherwise tell what they should be.

The same tests run against a notebook in a kernel and against a module in this process: only the `Link` differs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

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
# How many requests go in one message, and from how many bytes of arrays on it is sent.
BATCH_MAX = 64
BATCH_BYTES = 1 << 24


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
        return self._channel.look_up(name, name=name)


def apart(student: Student, number: int) -> Student:
    """Return the same code in another process, which knows nothing of what was asked of the first.

    For what is right only by what the student's own function answers: code that knows what it is compared with could
    answer so that anything fits.

    Args:
        student: The code as it is asked first.
        number: The number of the other process, from 0 to `APART` - 1.
    """
    link = student._apart
    channel, other = student._channel, None if link is None else lambda: link(number)
    return Student(other or channel._link, channel.observed, recorded=other is None and channel.recorded)


class Request(NamedTuple):
    """One request of a batch; see `autograder.kernel.call_server`.

    Attributes:
        op: What is asked.
        form: Its fields, packed; their arrays are with the batch.
        room: How many bytes of arrays its reply may hold.
        gives: The value that its reply is about, if any.
    """

    op: str
    form: Any
    room: int = 0
    gives: Remote | None = None


class Channel:
    """Turns what a test does with `Remote` values into requests, and replies into values or exceptions.

    Look-ups and assignments wait, and are sent with the next request whose answer the test needs; where a test is
    recorded, each is sent at once.
    """

    def __init__(self, link: Callable[[], Link], observed: Observations, *, recorded: bool = False) -> None:
        self._link = link
        self.observed, self.recorded = observed, recorded
        self.calls = 0
        self._waiting: list[Request] = []
        self._attachments: list[bytes] = []

    def look_up(self, title: str, room: int = 0, **where: Any) -> Remote:
        """Return what has a name, or is an attribute or an item; a fault is raised when it is used.

        Args:
            title: Says in messages what it is.
            room: How many bytes of arrays come with it, sealed.
            where: The fields of the request.
        """
        found = Remote(self, title, awaits_sealed=room > 0)
        self._add("look_up", where, room, found)
        return found

    def set(self, target: Remote, key: Any, value: Any) -> None:
        """Set an item to a copy of ``value``; what the student's code raises is raised by what is asked next."""
        self._send_what_comes_sealed()
        self._add("set", {"target": target, "key": key, "value": value})

    def call(self, target: Remote, args: list[Any], kwargs: dict[str, Any]) -> Remote:
        """Return what a function of the student's returns.

        Raises:
            StudentError: The student's code raised.
        """
        self._send_what_comes_sealed()
        result = Remote(self, target._title)
        self._add("call", {"target": target, "args": args, "kwargs": kwargs}, SEALED_ROOM, result, waits=False)
        # After its arguments are packed: where they cannot be sent, no code runs. Before it is sent: a call that raises
        # has run code as well.
        result._born = self.calls = self.calls + 1
        self.send()
        return result

    def get(self, target: Remote, form: str, limit: int = 0) -> Any:
        """Return a value in one of the forms that can be sent.

        Raises:
            StudentError: It has none of that form, or none that is small enough.
        """
        room = limit + wire.NPY_HEADER_MAX if form == "array" else 0
        self._add("get", {"target": target, "form": form, "limit": limit}, room, waits=False)
        content, attachments = self.send()
        return wire.unpack(content.get("value"), attachments, Reference)

    def _add(
        self, op: str, fields: dict[str, Any], room: int = 0, gives: Remote | None = None, *, waits: bool = True
    ) -> None:
        self._waiting.append(Request(op, wire.pack(fields, self._attachments, _number_of), room, gives))
        if gives is not None:
            gives._number = -len(self._waiting)
        full = len(self._waiting) >= BATCH_MAX or sum(map(len, self._attachments)) >= BATCH_BYTES
        if waits and (full or self.recorded):
            self.send()

    def _send_what_comes_sealed(self) -> None:
        # The arrays of a request are in the student's process before the look-ups of its batch are carried out: what a
        # value is must not depend on what is asked after it.
        if any(request.room for request in self._waiting):
            self.send()

    def send(self) -> tuple[dict[str, Any], list[bytes]]:
        """Send what waits, and return the last reply with the arrays of all.

        Raises:
            StudentError: The student's code raised, anywhere but in a look-up.
        """
        batch, self._waiting = self._waiting, []
        attachments, self._attachments = self._attachments, []
        message = wire.WireMessage({"requests": [[request.op, request.form] for request in batch]}, attachments)
        # Values that come sealed share one room, see `SEALED_MAX`; the last request has its own.
        room = max((request.room for request in batch[:-1]), default=0) + batch[-1].room
        try:
            reply = self._link().exchange(message, room)
            return self._take(batch, reply), reply.attachments
        except BaseException as fault:
            for request in batch:
                if request.gives is not None and request.gives._number < 0:
                    request.gives._fault = request.gives._fault or fault
            raise

    def _take(self, batch: list[Request], reply: wire.WireMessage) -> dict[str, Any]:
        """Hand out the replies to the requests of a batch, and return the last one."""
        if isinstance(reply.content.get("printed"), str):
            self.observed.printed += reply.content["printed"][: 2000 - len(self.observed.printed)]
        if "error" in reply.content:
            raise read_error(reply.content["error"])
        replies = reply.content.get("replies")
        content: Any = None
        for request, content in zip_longest(batch, replies if isinstance(replies, list) else []):
            if request is None or not isinstance(content, dict):
                raise wire.WireError("a batch of requests has other replies than one for each")
            fault = read_error(content["error"]) if "error" in content else None
            if fault is not None and request.op != "look_up":
                raise fault
            if request.gives is not None and fault is not None:
                request.gives._fault = fault
            elif request.gives is not None:
                request.gives._take(content, reply.attachments)
        last: dict[str, Any] = content
        return last


@dataclass(frozen=True)
class Reference:
    """A number that stands for an object on the student's side."""

    number: int


def _number_of(value: Any) -> int | None:
    """Return the number by which a request names a value of the student's; None for any other value."""
    if not isinstance(value, Remote):
        return None
    if value._fault is not None:
        raise value._fault
    return value._number


def read_error(form: Any) -> StudentError:
    """Return the exception that an error reply describes, reduced to what may be shown."""
    # A reply may be forged: each part is checked for its type.
    form = form if isinstance(form, dict) else {}
    name, text = form.get("name"), form.get("text")
    lines, bases = (form[key][:20] if isinstance(form.get(key), list) else [] for key in ("lines", "bases"))
    return StudentError(
        shown_name(name) if isinstance(name, str) else "Exception",
        shown_text(text) if isinstance(text, str) else "",
        [line[:LINE_MAX] for line in lines[:10] if isinstance(line, str)],
        [base for base in bases if isinstance(base, str)],
    )


class Remote:
    """A value that lives where the student's code runs.

    Calls, attributes, items and item assignment work as on the value itself and give further `Remote` values. Names
    with a leading underscore belong to this class. Look at the value with `fetch`, `plain`, `keys`, `kind`, `length`.
    """

    def __init__(self, channel: Channel, title: str, *, awaits_sealed: bool = False) -> None:
        self._channel, self._title, self._awaits_sealed = channel, title, awaits_sealed
        # Names it in requests; while its own request waits, a negative number says which one of the batch that is.
        self._number = 0
        # Why there is no such value.
        self._fault: BaseException | None = None
        # What the kernel says of it, which may be false; see `autograder.kernel.call_server`.
        self._about: dict[str, Any] = {}
        self._changed: list[int] = []
        # What came sealed: the value itself; what is in a tuple or a dict, None for any other value.
        self._now: Any = None
        self._held: dict[int | str, Any] | None = None
        self._attachments: list[bytes] = []
        # The call that returned it, by its number, and what came of the first look at it.
        self._born: int | None = None
        self._seen: np.ndarray | StudentError | wire.WireError | None = None

    def _take(self, content: Any, attachments: list[bytes]) -> Remote:
        """Take over what a reply says of this value, and return it."""
        content = content if isinstance(content, dict) else {}
        value = wire.unpack(content.get("value"), [], Reference)
        if not isinstance(value, Reference) or value.number < 0:
            raise wire.WireError("a reply lacks its reference")
        about, changed = content.get("about"), content.get("changed")
        self._number = value.number
        self._about = about if isinstance(about, dict) else {}
        self._changed = changed if isinstance(changed, list) else []
        if not self._channel.recorded:
            parts, items = content.get("parts"), content.get("items")
            self._held = dict(enumerate(parts)) if isinstance(parts, list) else None
            self._held = items if isinstance(items, dict) else self._held
            self._now, self._attachments = content.get("now"), attachments
        return self

    def _known(self) -> Remote:
        """Return this value once it is known what it is.

        Raises:
            StudentError: It is not there.
        """
        if self._number < 0 and self._fault is None:
            self._channel.send()
        if self._fault is not None:
            raise self._fault
        return self

    def _check_fresh(self) -> None:
        """Check that no other call was made since the one that returned this value.

        Raises:
            StudentError: One was made, and its code could have changed the value.
        """
        if self._born is not None and self._born != self._channel.calls and not self._channel.recorded:
            raise StudentError("TypeError", f"a value of type {kind(self)} cannot be looked at after another call", [])

    def __call__(self, *args: Any, **kwargs: Any) -> Remote:
        """Call the student's function with fresh copies of the arguments."""
        # Kept for patterns such as an input that is returned unchanged.
        self._channel.observed.inputs.extend(arg for arg in args if isinstance(arg, np.ndarray))
        result = self._channel.call(self, list(args), kwargs)
        positions = [index + 1 for index in range(len(args)) if index in result._changed]
        self._channel.observed.changed.update(
            say("{function} (argument {position})", function=self._title, position=position) for position in positions
        )
        return result

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._channel.look_up(name, target=self, name=name)

    def __getitem__(self, key: Any) -> Remote:
        title = f"{self._title}[{key!r}]"
        if isinstance(key, int | str) and self._held is not None and key in self._held:
            part = Remote(self._channel, title)._take(self._held[key], self._attachments)
        else:
            self._check_fresh()
            part = self._channel.look_up(title, SEALED_ROOM, target=self, key=key)
        part._born = self._born
        return part

    def __setitem__(self, key: Any, value: Any) -> None:
        self._channel.set(self, key, value)

    def __iter__(self) -> Any:
        raise TypeError("a value of the student's is not iterated over: use autograder.testing.returned or an index")

    def __repr__(self) -> str:
        return f"<student's {self._title}: {self._about.get('type') or 'value'}>"


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
    if remote._awaits_sealed:
        remote._known()  # what comes sealed is not asked for a second time
    value = remote._seen
    if value is None and remote._now is not None:
        value = wire.unpack(remote._now, [*remote._attachments], Reference)
    if not isinstance(value, np.ndarray) or value.nbytes > limit:
        remote._check_fresh()
        value = remote._channel.get(remote, "array", limit)
    if not isinstance(value, np.ndarray):
        raise wire.WireError("an array is asked, something else arrived")
    return value


def plain(remote: Remote) -> bool | int | float | str | None:
    """Return the student's value itself, when it is None, a truth value, a number or text."""
    remote._check_fresh()
    value = remote._channel.get(remote, "plain")
    if value is not None and not isinstance(value, bool | int | float | str):
        raise wire.WireError("a plain value is asked, something else arrived")
    return value


def keys(remote: Remote) -> list[str]:
    """Return the keys that are text of a dict of the student's."""
    if remote._held is not None:
        return [key for key in remote._held if isinstance(key, str)]
    remote._check_fresh()
    value = remote._channel.get(remote, "keys")
    if not isinstance(value, list):
        raise wire.WireError("a list of keys is asked, something else arrived")
    return [key for key in value if isinstance(key, str)]


def kind(remote: Remote) -> str:
    """Return the class name of the student's value."""
    return str(remote._known()._about.get("type", ""))[:100]


def dtype(remote: Remote) -> str:
    """Return the dtype that an array of the student's is said to have, an empty text for anything else."""
    return str(remote._known()._about.get("dtype", ""))[:100]


def changed(result: Remote) -> set[int]:
    """Return the positions of the arguments into which the call wrote that returned this value."""
    return {position for position in result._changed if isinstance(position, int)}


def length(remote: Remote) -> int | None:
    """Return the length of a tuple, list or dict of the student's, None for anything else."""
    value = remote._known()._about.get("length")
    return value if isinstance(value, int) and value >= 0 else None
