"""Stand-ins for functions of the student's: they hold no code of the solution but ask the grader what to return.

This runs among untrusted code, like `autograder.kernel.serve`: nothing here decides anything. The grader answers only
while it waits for the reply to a call, see `autograder.standins`.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, MutableMapping
from types import CellType, FunctionType
from typing import Any, NoReturn

import numpy as np

from . import wire

Ask = Callable[[wire.Message], wire.Message]
# What an answer may be instead of values; anything else becomes a RuntimeError.
ERRORS = {fault.__name__: fault for fault in (TypeError, ValueError, IndexError, RuntimeError)}


class CacheError(TypeError, AttributeError):
    """A stand-in's cache was looked into."""


class Cache:
    """What the stand-in for a forward function returns as its cache: it can only be handed on.

    Args:
        number: What the grader knows it by.
        pair: The forward and the backward function.
        ask: Tells the grader.
    """

    __slots__ = ("_ask", "_number", "_pair")

    def __init__(self, number: int, pair: tuple[str, str], ask: Ask) -> None:
        self._number, self._pair, self._ask = number, pair, ask

    def _looked(self, *_args: Any) -> NoReturn:
        forward, backward = self._pair
        self._ask(wire.Message({"ask": {"dict": [["looked", forward]]}}))
        raise CacheError(f"the cache of {forward} can only be handed to {backward}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # numpy and others ask every object for such names
            raise AttributeError(name)
        self._looked()

    def __bool__(self) -> bool:
        return True

    def __copy__(self) -> Cache:
        return self

    def __deepcopy__(self, _memo: Any) -> Cache:
        return self

    __getitem__ = __iter__ = __len__ = __contains__ = __setitem__ = __reversed__ = __add__ = __radd__ = _looked


class Asker:
    """Asks the grader over the connection on which it waits for the reply to a call.

    Args:
        send: Sends a frame.
        receive: Returns exactly so many bytes.
    """

    def __init__(self, send: Callable[[bytes], None], receive: Callable[[int], bytes]) -> None:
        self._send, self._receive = send, receive
        self._thread: int | None = None

    def __enter__(self) -> None:
        self._thread = threading.get_ident()

    def __exit__(self, *_fault: object) -> None:
        self._thread = None

    def __call__(self, message: wire.Message) -> wire.Message:
        """Return the answer to a question.

        Raises:
            RuntimeError: No call is being served, or another thread serves it.
        """
        if self._thread != threading.get_ident():
            raise RuntimeError("stand-ins answer only in the thread that a test's call runs in, while it runs")
        self._send(wire.encode(message))
        return wire.read_frame(self._receive)


def stand_ins(pairs: list[tuple[str, str]], ask: Ask) -> dict[str, Callable[..., Any]]:
    """Return a stand-in for each function of some pairs, by name.

    Args:
        pairs: The names of forward and backward functions.
        ask: Asks the grader.
    """
    return {
        name: _stand_in(name, (forward, backward), ask) for forward, backward in pairs for name in (forward, backward)
    }


def _stand_in(name: str, pair: tuple[str, str], ask: Ask) -> Callable[..., Any]:
    def answered(*args: Any, **kwargs: Any) -> Any:
        attachments: list[bytes] = []
        question = {
            "function": name,
            "args": [_sendable(arg) for arg in args],
            "kwargs": {key: _sendable(arg) for key, arg in kwargs.items()},
        }
        form = wire.pack(question, attachments, lambda value: value._number if isinstance(value, Cache) else None)
        answer = ask(wire.Message({"ask": form}, attachments))
        if "error" in answer.content:
            fault = answer.content["error"]
            raise ERRORS.get(fault["name"], RuntimeError)(fault["text"])
        return wire.unpack(answer.content["answer"], answer.attachments, lambda number: Cache(number, pair, ask))

    answered.__name__ = answered.__qualname__ = name
    return answered


def _sendable(value: Any) -> Any:
    """Return what can be sent in the place of an argument: None for what is neither a cache nor an array of numbers."""
    if isinstance(value, Cache):
        return value
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        return None
    return None if array.dtype == object else array


def put_in_place(
    made: dict[str, Callable[..., Any]], namespace: MutableMapping[str, Any], own: Callable[[str], bool]
) -> None:
    """Replace functions by stand-ins, wherever code holds them; names that are not defined are defined.

    Args:
        made: The stand-ins, by name.
        namespace: The notebook's globals.
        own: Whether code that was compiled from a file of this name is the student's: nothing else is looked for
            outside of ``namespace``.
    """
    for name, new in made.items():
        old = namespace.get(name)
        if isinstance(old, FunctionType) and own(old.__code__.co_filename):
            _replace_everywhere(old, new)
        elif old is not None:
            _replace_in(namespace, old, new)
        namespace[name] = new


# No closures here: their cells would hold the function as well, and be replaced in the middle of it.
def _replace_everywhere(old: FunctionType, new: Callable[..., Any]) -> None:
    for holder in gc.get_referrers(old):
        if isinstance(holder, dict | list):
            _replace_in(holder, old, new)
        elif isinstance(holder, CellType):
            holder.cell_contents = new


def _replace_in(holder: Any, old: Any, new: Callable[..., Any]) -> None:
    # A list is made in one step, and nothing is looked up: other threads may change what holds it.
    for place, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
        if value is old:
            holder[place] = new
