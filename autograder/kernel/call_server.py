"""Serves calls from tests inside the process that holds the student's code.

This module runs among untrusted code, which may change it at will: nothing here decides a mark. It keeps what student
functions return, for a cache may be any object, and sends arrays only when a test looks at them.

A message of the grader's is a batch of requests, ``{"requests": [[op, fields], ...]}``, which are carried out in their
order. Its reply is ``{"replies": [reply, ...], "printed": ...}``: ``{"value": form, ...}`` or ``{"error": {...}}`` for
each of them.

======= ====================== ==================================================================================
op      fields                 reply
======= ====================== ==================================================================================
call    target, args, kwargs   a sealed handle; ``changed``: positions of arguments changed in place; ``parts``:
                               sealed handles of what is in a tuple
look_up name                   a handle of what the student's code defines under that name
look_up target, name           a handle of that attribute
look_up target, key            a sealed handle of that item
get     target, form, limit    the value in that form: ``array``: ``.npy``, when it has at most ``limit`` bytes;
                               ``plain``: itself, when it is None, a number or text; ``keys``: a dict's keys that
                               are text
set     target, key, value     None
======= ====================== ==================================================================================

``{"ref": -n}`` stands for the value of the batch's n-th request. A look-up that fails is an error of all requests that
refer to it. Any other request that fails ends the batch: what follows is not carried out, and has no reply.

Besides requests a message may hold what the grader arranges:

========= ======================================================================================================
begins    True in the first message of a test: all handles are released, and the random generators start anew, so that
          what ran before makes no difference to the test
stand_ins ``replaced``: the functions whose places stand-ins take from now on, see `Arranged` in
          `autograder.kernel.stand_in`; ``own`` is what is known of the student's, by name
end       True to stop serving
========= ======================================================================================================

While a call is served, stand-ins ask: they send ``{"ask": ...}`` and read ``{"answer": ...}`` or ``{"error": ...}``,
see `autograder.kernel.stand_in`.

A **handle** is ``{"value": {"ref": number}, "about": {"type": ..., "length": ..., "shape": ..., "dtype": ...}}``.
A **sealed** handle also holds the value as it was when the handle was made, before any other code ran: ``now``, the
``.npy`` of an array of numbers or of what can be made one, or ``items``, the sealed handles of what a dict holds. A
value that would bring the reply above `SEALED_MAX` bytes is not sealed.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import os
import socket
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from . import wire
from .packages import is_provided, note_folders
from .paths import KIT_AS_NAMED
from .randomness import seed
from .stand_in import Arranged, Asker, makers, put_in_place

# What is printed and raised travels in the JSON header of a reply, which has an upper bound (`wire.MAX_HEADER`). These
# bounds keep a verbose function far below it: a reply that is too large counts as a failed call.
PRINTED_MAX = 2_000
MESSAGE_MAX = 2_000
FRAMES_MAX = 6
BASES_MAX = 20
KEYS_MAX = 200
PARTS_MAX = 8
SEALED_MAX = 1 << 20
"""Bytes of arrays in a reply that are sent before anybody looks at them."""
OURS = os.path.join(KIT_AS_NAMED, "autograder", "")


class Server:
    """Answers requests about one student's code.

    Args:
        namespace: The names that the student's code defines: a notebook's globals, or a module's.
        asker: Carries the questions of stand-ins to the grader; None where there are no stand-ins.
    """

    def __init__(self, namespace: Mapping[str, Any], asker: Asker | None = None) -> None:
        self._namespace, self._asker = namespace, asker
        # The grader names objects by number and never learns their addresses. The dict keeps each object alive, so that
        # a number cannot come to mean another object.
        self._objects: dict[int, Any] = {}
        self._next = 0
        self._operations: dict[str, Callable[..., dict[str, Any]]]
        self._operations = {"call": self._call, "look_up": self._look_up, "get": self._get, "set": self._set}

    def handle(self, message: wire.WireMessage) -> wire.WireMessage:
        """Return the reply to one message; whatever the student's code raises becomes an error reply."""
        reply = wire.WireMessage({"replies": []})
        printed = Printed()
        try:
            # Entering the asker notes this thread. What is printed during a call is dropped from the cell's outputs: it
            # would show the hidden test's inputs.
            with self._asker or contextlib.nullcontext(), redirected(printed):
                if message.content.get("begins"):
                    self._objects.clear()
                    # Drawing in one test must not shift what another one draws: the order of tests, and a test left
                    # out, would otherwise change marks.
                    seed()
                if "stand_ins" in message.content:
                    self._stand_in(**message.content["stand_ins"])
                self._carry_out(message, reply)
        except BaseException as fault:  # SystemExit and KeyboardInterrupt too: the process must go on answering
            reply = wire.WireMessage({"error": describe(fault)})
        reply.content["printed"] = printed.getvalue()
        return reply

    def _carry_out(self, message: wire.WireMessage, reply: wire.WireMessage) -> None:
        replies = reply.content["replies"]

        def resolve(number: int) -> Any:
            if number >= 0:
                return self._objects[number]
            referred = replies[-number - 1]
            if "error" in referred:
                raise LookUpFailed(referred["error"])
            return self._objects[referred["value"]["ref"]]

        for op, form in message.content.get("requests", ()):
            try:
                # One and the same as a literal of these letters: students write ``cell_type is "rnn"``. Here alone:
                # Python 3.12 keeps such text for ever, and what arrives in the grader is as long as a student likes.
                fields = wire.unpack(form, message.attachments, resolve, text=sys.intern)
                replies.append(self._operations[op](reply, **fields))
            except BaseException as fault:  # see `handle`
                replies.append({"error": fault.args[0] if isinstance(fault, LookUpFailed) else describe(fault)})
                if op != "look_up":
                    return

    def answer(self, message: wire.WireMessage) -> bytes:
        """Return the framed reply to one message.

        Where it is too large, an error reply takes its place, and with it those to all requests of the batch.
        """
        try:
            return wire.encode(self.handle(message))
        except wire.WireError as fault:
            return wire.encode(wire.WireMessage({"error": describe(fault), "printed": ""}))

    def _keep(self, value: Any) -> dict[str, Any]:
        self._next += 1
        self._objects[self._next] = value
        return {"value": {"ref": self._next}, "about": about(value)}

    def _call(self, reply: wire.WireMessage, target: Any, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        # Only the grader's own copies can tell later whether the student's function has written into its arguments.
        before = [arg.copy() if isinstance(arg, np.ndarray) else None for arg in args]
        result = target(*args, **kwargs)
        changed = [i for i, old in enumerate(before) if old is not None and not same_bytes(old, args[i])]
        # Exactly a tuple: a subclass has methods of the student's, which would run before the parts are sealed. Longer
        # tuples are no result that a test takes apart.
        if type(result) is tuple and len(result) <= PARTS_MAX:
            return {**self._keep(result), "changed": changed, "parts": [self._seal(part, reply) for part in result]}
        return {**self._seal(result, reply), "changed": changed}

    def _seal(self, value: Any, reply: wire.WireMessage) -> dict[str, Any]:
        kept = self._keep(value)
        # Exact types here too: iterating over a subclass would run the student's code.
        if type(value) is dict and len(value) <= KEYS_MAX and all(type(key) is str for key in value):
            kept["items"] = {key: self._seal_array(item, self._keep(item), reply) for key, item in value.items()}
            return kept
        return self._seal_array(value, kept, reply)

    def _seal_array(self, value: Any, kept: dict[str, Any], reply: wire.WireMessage) -> dict[str, Any]:
        array = as_numbers(value)
        if array is not None and array.nbytes + sum(map(len, reply.attachments)) <= SEALED_MAX:
            kept["now"] = wire.pack(array, reply.attachments, lambda _value: None)
        return kept

    def _look_up(self, reply: wire.WireMessage, **where: Any) -> dict[str, Any]:
        match where:
            case {"target": target, "key": key}:
                return self._seal(target[key], reply)
            case {"target": target, "name": name}:
                return self._keep(getattr(target, name))
        name = where["name"]
        if name not in self._namespace:
            raise NameError(f"{name} is not defined")
        return self._keep(self._namespace[name])

    def _get(self, reply: wire.WireMessage, target: Any, form: str, limit: int = 0) -> dict[str, Any]:
        match form:
            case "array":
                array = np.asarray(target)
                # The test said how large the array may be. Refusing here costs the student an error message that names
                # the shape; the grader would end the kernel over a body that is too long.
                if array.nbytes > limit:
                    kind = f"shape {array.shape} and type {array.dtype}"
                    raise ValueError(f"an array of {kind} is larger than what is asked")
                return {"value": wire.pack(array, reply.attachments, lambda _value: None)}
            case "plain":
                value = target.item() if isinstance(target, np.generic) else target
                if value is not None and not isinstance(value, bool | int | float | str):
                    raise TypeError(f"a plain value is asked, this one is of type {type(value).__name__}")
                return {"value": value[:MESSAGE_MAX] if isinstance(value, str) else value}
            case "keys":
                keys = [key for key in target if isinstance(key, str)]
                return {"value": {"list": [key[:MESSAGE_MAX] for key in keys[:KEYS_MAX]]}}
        raise wire.WireError(f"a value has no form {form!r}")

    def _set(self, _reply: wire.WireMessage, target: Any, key: Any, value: Any) -> dict[str, Any]:
        target[key] = value
        return {"value": None}

    def _stand_in(self, replaced: list[Arranged], own: dict[str, str]) -> None:
        # Names alone do not do: code may hold a function in a table or under another name. `put_in_place` therefore
        # replaces the code of the student's own functions, and needs the notebook's globals, a real dict, for names
        # that are missing.
        if self._asker is None or not isinstance(self._namespace, dict):
            raise RuntimeError("there can be no stand-ins here")
        put_in_place(makers(replaced, own, self._asker), self._namespace, is_student)


class LookUpFailed(Exception):
    """A request refers to a look-up of its batch that failed; the argument is the error in the reply to that."""


class Printed(io.TextIOBase):
    """Takes what student code prints and keeps the beginning of it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0

    def writable(self) -> bool:
        """Return True, as a text stream for output does."""
        return True

    def write(self, text: str) -> int:
        """Keep the beginning of ``text``, and report all of it as written."""
        if self._length < PRINTED_MAX:
            self._parts.append(text[: PRINTED_MAX - self._length])
            self._length += len(self._parts[-1])
        # A stream that reports less than it was given makes print() try again, for ever.
        return len(text)

    def getvalue(self) -> str:
        """Return what was kept."""
        return "".join(self._parts)


@contextlib.contextmanager
def redirected(printed: Printed) -> Iterator[None]:
    """Keep what is printed while the context lasts."""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        yield


def as_numbers(value: Any) -> np.ndarray | None:
    """Return a value as an array of numbers; None when it is not one and cannot be made one."""
    # Strings and dicts are left alone: numpy would make arrays of text and of objects of them.
    if not isinstance(value, int | float | list | tuple) and not hasattr(type(value), "__array__"):
        return None
    try:
        array = np.asarray(value)
    except Exception:  # a list that is a cache, or code of the student's: who looks at the value is told why
        return None
    return array if wire.can_travel(array) else None


def same_bytes(old: np.ndarray, new: np.ndarray) -> bool:
    """Return whether an argument still has the bytes that it was passed with."""
    # Bytes, not ``==``: NaN differs from itself, and -0.0 equals 0.0.
    return old.shape == new.shape and old.dtype == new.dtype and old.tobytes() == new.tobytes()


def about(value: Any) -> dict[str, Any]:
    """Return what a test may want to know of a value that it does not fetch."""
    facts: dict[str, Any] = {"type": type(value).__name__[:100]}
    if isinstance(value, tuple | list | dict):
        facts["length"] = len(value)
    if isinstance(value, np.ndarray | np.generic):
        facts["shape"] = list(value.shape)
        facts["dtype"] = str(value.dtype)[:100]
    return facts


def describe(fault: BaseException) -> dict[str, Any]:
    """Return an exception as plain text, with the lines of the student's own code that led to it."""
    try:
        text = str(fault)
    except BaseException as second:  # a student's exception class may do anything when it is printed
        text = f"(its message raised {type(second).__name__})"
    return {
        "name": type(fault).__name__[:100],
        "text": text[:MESSAGE_MAX],
        "lines": student_lines(fault.__traceback__),
        "bases": [base.__name__[:100] for base in type.mro(type(fault))[1:BASES_MAX]],
    }


def student_lines(trace: TracebackType | None) -> list[str]:
    """Return ``function, line N: code`` for the innermost frames that run the student's own code.

    Code in a module file is told as ``function in FILE, line N: code``.
    """
    lines = []
    for frame, number in traceback.walk_tb(trace):
        filename = frame.f_code.co_filename
        if is_student(filename):
            code = linecache.getline(filename, number).strip()
            place = "" if os.path.isabs(filename) or not filename.endswith(".py") else f" in {filename}"
            lines.append(f"{frame.f_code.co_name}{place}, line {number}: {code}"[:300])
    return lines[-FRAMES_MAX:]


def is_student(filename: str) -> bool:
    """Return whether code compiled from ``filename`` is neither ours, nor Python's, nor an installed package's."""
    # Notebook cells are compiled under paths in ipykernel's temporary folder, module files under paths relative to the
    # submission: neither begins with any of these.
    ours = filename.startswith((OURS, sys.base_prefix)) or is_provided(filename)
    return "site-packages" not in filename and not ours


def serve(descriptor: int, namespace: Mapping[str, Any], packages: Iterable[str] = ()) -> None:
    """Answer requests on an inherited socket until the other side says ``end`` or closes it.

    Runs in the kernel's main thread, so that an interrupt reaches the student's code that a request runs.

    Args:
        descriptor: The inherited end of the socketpair; it stays open.
        namespace: The notebook's globals.
        packages: The folders of packages that student code was given.
    """
    note_folders(map(Path, packages))
    # A duplicate is served and closed: the inherited descriptor stays open for the next time that tests call, after
    # further cells have run.
    with socket.socket(fileno=socket.dup(descriptor)) as connection:
        receive = reader(connection.recv)
        server = Server(namespace, Asker(connection.sendall, receive))
        while True:
            try:
                message = wire.read_frame(receive)
                if message.content.get("end"):
                    return
                connection.sendall(server.answer(message))
            except KeyboardInterrupt:  # a late interrupt, for a call that has ended meanwhile
                continue
            except (EOFError, OSError):
                return


def reader(recv: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Return a function that reads exactly as many bytes as it is asked for, or raises EOFError.

    Args:
        recv: Returns at most that many bytes, and none when the other side has closed, as `socket.recv` does.
    """

    def receive(count: int) -> bytes:
        parts, missing = [], count
        while missing:
            # recv() sets aside as much memory as it is asked for. A frame may announce up to 256 MiB; memory is taken
            # only as bytes arrive.
            part = recv(min(missing, 1 << 20))
            if not part:
                raise EOFError("the other side closed the connection")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    return receive
