"""Answers the questions of stand-ins: the trusted side of `autograder.kernel.standin`.

What asks is code that nobody trusts, and may ask anything in any number: only functions that are stood in now are
computed, on arrays whose shapes are the declared ones, whose axes and sizes are bounded before any arithmetic. What it
asks wrongly becomes an exception of its own, never a fault of the grader's. The solution's caches stay here.
"""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.assignment import Assignment
from autograder.kernel import wire
from autograder.limits import StandInLimits
from autograder.pairs import ANY, Pair


class Refused(Exception):
    """A question that is not answered; the text is for the code that asked.

    Args:
        name: The exception that is raised there.
        text: What it says.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


@dataclass(frozen=True)
class Handle:
    """A cache, as it came.

    Attributes:
        number: What it is said to be known by.
    """

    number: int


@dataclass(frozen=True)
class Kept:
    """A cache of the solution's.

    Attributes:
        pair: Whose it is.
        cache: The cache.
        shape: Of the output that came with it.
    """

    pair: Pair
    cache: Any
    shape: tuple[int, ...]


class StandIns:
    """Answers for the functions of some pairs, within limits for each test.

    Args:
        assignment: Its solution computes the answers.
        pairs: The pairs that are replaced.
        limits: What one test may ask.

    Attributes:
        pairs: As given.
        asked: How many questions were answered, in all tests.
        looked: The forward functions whose caches were looked into.
        replaced: The backward functions that were given a cache which no stand-in had made.
        exhausted: Whether a test asked more than it may.
    """

    def __init__(self, assignment: Assignment, pairs: Sequence[Pair], limits: StandInLimits) -> None:
        self.pairs, self._limits, self._reference = tuple(pairs), limits, assignment.reference
        self._functions: dict[str, tuple[Pair, Callable[..., Any]]] = {
            name: (pair, getattr(self._reference, name)) for pair in pairs for name in pair.functions
        }
        self.asked = 0
        self.looked: set[str] = set()
        self.replaced: set[str] = set()
        self.exhausted = False
        self._number = 0
        self.begin_test()

    @property
    def names(self) -> list[tuple[str, str]]:
        """The names of the pairs' functions."""
        return [pair.functions for pair in self.pairs]

    @property
    def room(self) -> int:
        """How many bytes of arrays one question may hold."""
        return self._limits.question

    def begin_test(self) -> None:
        """Forget all caches and start counting anew; numbers of caches are never used twice."""
        self._caches: dict[int, Kept] = {}
        self._questions, self._bytes, self._seconds = 0, 0, 0.0

    def answer(self, message: wire.Message) -> wire.Message:
        """Return the answer to a question.

        Raises:
            wire.WireError: It breaks the rules of the wire, or far too many were asked: the kernel is to be ended.
        """
        self._questions += 1
        if self._questions > self._limits.questions + self._limits.refusals:
            raise wire.WireError("stand-ins were asked without end")
        self._bytes += sum(map(len, message.attachments))
        started = time.thread_time()
        try:
            question = wire.unpack(message.content.get("ask"), message.attachments, Handle)
            value = self._value(question)
            attachments: list[bytes] = []
            form = wire.pack(value, attachments, lambda one: one.number if isinstance(one, Handle) else None)
        except (Refused, wire.WireError) as fault:
            name = fault.name if isinstance(fault, Refused) else "ValueError"
            return wire.Message({"error": {"name": name, "text": str(fault)}})
        finally:
            self._seconds += time.thread_time() - started
        self._bytes += sum(map(len, attachments))
        return wire.Message({"answer": form}, attachments)

    def _value(self, question: Any) -> Any:
        if not isinstance(question, dict):
            raise Refused("TypeError", "a question is a dict")
        if "looked" in question:
            self.looked |= {pair.forward for pair in self.pairs if pair.forward == question["looked"]}
            return None
        name = question.get("function")
        if not isinstance(name, str) or name not in self._functions:
            raise Refused("ValueError", "there is no stand-in of that name")
        self._check_budget()
        pair, function = self._functions[name]
        self.asked += 1
        arguments = self._bound(name, question.get("args"), question.get("kwargs"))
        return (
            self._forward(pair, function, arguments)
            if name == pair.forward
            else self._backward(pair, function, arguments)
        )

    def _check_budget(self) -> None:
        limits = self._limits
        spent = (self._questions > limits.questions, self._bytes > limits.bytes, self._seconds > limits.seconds)
        if any(spent):
            self.exhausted = True
            raise Refused("RuntimeError", "one test asks more of the functions it is built on than it may")

    def _bound(self, name: str, args: Any, kwargs: Any) -> dict[str, Any]:
        """Return arguments by the names of parameters, as Python would bind them."""
        names = list(inspect.signature(self._functions[name][1]).parameters)
        if not isinstance(args, list) or not isinstance(kwargs, dict) or len(args) > len(names):
            raise Refused("TypeError", f"{name} takes {len(names)} arguments: {', '.join(names)}")
        bound = dict(zip(names, args, strict=False))
        for key, value in kwargs.items():
            if key not in names or key in bound:
                raise Refused(
                    "TypeError",
                    f"{name} got an argument {str(key)[:60]!r} that does not fit: it takes {', '.join(names)}",
                )
            bound[key] = value
        if lacking := [key for key in names if key not in bound]:
            raise Refused("TypeError", f"{name} lacks the argument {lacking[0]}")
        return bound

    def _forward(self, pair: Pair, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        lengths: dict[str, tuple[int, ...]] = {}
        values = []
        for (name, value), (declared, axes) in zip(arguments.items(), pair.takes.items(), strict=True):
            array = self._array(name, value, integers=declared in pair.integers)
            match_axes(name, array.shape, axes, lengths)
            values.append(array)
        shape = tuple(length for axis in pair.gives for length in lengths[axis])
        self._check_size("the output", shape)
        *outputs, cache = self._computed(pair.forward, function, values)
        self._number += 1
        self._caches[self._number] = Kept(pair, cache, shape)
        return (*outputs, Handle(self._number))

    def _backward(self, pair: Pair, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        (name, value), (_, cache) = arguments.items()
        kept = self._caches.get(cache.number) if isinstance(cache, Handle) else None
        if kept is None or kept.pair is not pair:
            self.replaced.add(pair.backward)
            raise Refused("TypeError", f"{pair.backward} takes only a cache that {pair.forward} returned in this test")
        array = self._array(name, value, integers=False)
        if array.shape != kept.shape:
            raise Refused("ValueError", f"{name} has shape {array.shape}; {kept.shape} is asked")
        return self._computed(pair.backward, function, [array, kept.cache])

    def _computed(self, name: str, function: Callable[..., Any], values: list[Any]) -> Any:
        try:
            with np.errstate(all="ignore"):
                return function(*values)
        except Exception as fault:  # what it says may tell how the solution is written
            raise Refused(type(fault).__name__, f"{name} cannot be computed for these arguments") from fault

    def _array(self, name: str, value: Any, *, integers: bool) -> np.ndarray:
        if not isinstance(value, np.ndarray):
            raise Refused("TypeError", f"{name}: an array is asked")
        self._check_size(name, value.shape)
        if integers:
            if value.dtype.kind not in "iu":
                raise Refused("IndexError", f"{name}: integers are asked, this array is of type {value.dtype}")
            return value.astype(np.int64)
        return value.astype(np.float32 if value.dtype == np.float32 else np.float64)

    def _check_size(self, name: str, shape: tuple[int, ...]) -> None:
        limits = self._limits
        if any(length > limits.axis for length in shape) or math.prod(shape) > limits.elements:
            raise Refused("ValueError", f"{name} is larger than a test needs: its shape is {shape}")


def match_axes(name: str, shape: tuple[int, ...], axes: tuple[str, ...], lengths: dict[str, tuple[int, ...]]) -> None:
    """Check a shape against declared axes, and note the lengths of those that are met for the first time.

    Args:
        name: The argument, for messages.
        shape: Its shape.
        axes: Names of axes; the first may be `ANY`.
        lengths: What each axis is known to be.

    Raises:
        Refused: It does not fit.
    """
    fixed = [axis for axis in axes if axis != ANY]
    front = len(shape) - len(fixed)
    parts = {ANY: shape[:front]} if ANY in axes else {}
    parts_fit = front >= 0 if parts else front == 0
    pairs = [*parts.items(), *((axis, (length,)) for axis, length in zip(fixed, shape[max(front, 0) :], strict=False))]
    if not parts_fit or any(lengths.setdefault(axis, length) != length for axis, length in pairs):
        raise Refused("ValueError", f"{name} has shape {shape}; ({', '.join(axes)}) is asked")
