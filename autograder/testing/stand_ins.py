"""Answers the questions of stand-ins: the trusted side of `autograder.kernel.stand_in`.

The code that asks is untrusted, and may ask anything, any number of times. Only functions that are stood in now are
computed, on arrays whose shapes are the declared ones, and whose axes and sizes are bounded before any arithmetic. A
wrong question becomes an exception in the code that asked, never a fault of the grader's. Nothing of the solution's
leaves but outputs and gradients: a backward function is asked for with the inputs of its forward function, which is
computed here.
"""

from __future__ import annotations

import inspect
import logging
import math
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from autograder.course.assignment import Assignment
from autograder.course.limits import StandInLimits
from autograder.course.stand_in_pairs import ANY, StandInPair
from autograder.kernel import wire
from autograder.kernel.stand_in import Own

log = logging.getLogger(__name__)


class Refused(Exception):
    """A question that is not answered; the text is for the code that asked.

    Args:
        name: The class of the exception that is raised in the code that asked.
        text: Its message there.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class StandIns:
    """Answers for the functions of some pairs, within limits for each test.

    Args:
        assignment: The assignment, whose solution computes the answers.
        own: What is known of the student's own functions, by name; a function that is not named is wrong. A right
            forward function is not replaced.

    Attributes:
        pairs: The pairs that are replaced.
        own: What is known of each of the pairs' functions.
        asked: How many questions were answered, in all tests.
        looked: The forward functions whose caches were opaque, and into which code looked.
        unknown: The backward functions that were given a cache which their forward function has not returned.
        exhausted: Whether a test asked more than it may.
    """

    def __init__(
        self,
        assignment: Assignment,
        pairs: Sequence[StandInPair],
        limits: StandInLimits,
        own: Mapping[str, Own] = MappingProxyType({}),
    ) -> None:
        self.pairs, self._limits, self._reference = tuple(pairs), limits, assignment.reference
        self.own = {name: own.get(name, Own.WRONG) for pair in pairs for name in pair.functions}
        self._replaced = {
            name: pair
            for pair in pairs
            for name in pair.functions
            if name == pair.backward or self.own[name] is not Own.RIGHT
        }
        self.asked = 0
        self.looked: set[str] = set()
        self.unknown: set[str] = set()
        self.exhausted = False
        self.begin_test()

    @property
    def names(self) -> list[tuple[str, str]]:
        """The names of the pairs' functions."""
        return [pair.functions for pair in self.pairs]

    @property
    def replaced(self) -> list[str]:
        """The names of the functions that stand-ins answer for."""
        return list(self._replaced)

    @property
    def room(self) -> int:
        """How many bytes of arrays one question may hold."""
        return self._limits.question

    def begin_test(self) -> None:
        """Start counting anew."""
        self._questions, self._bytes, self._seconds = 0, 0, 0.0

    def answer(self, message: wire.WireMessage) -> wire.WireMessage:
        """Return the answer to a question.

        Raises:
            wire.WireError: The question breaks the rules of the wire, or far too many were asked; the kernel is to be
            ended.
        """
        self._questions += 1
        # A refusal is quick, but a kernel that goes on asking would keep the grader busy until the test's limit.
        if self._questions > self._limits.questions + self._limits.refusals:
            raise wire.WireError("stand-ins were asked without end")
        self._bytes += sum(map(len, message.attachments))
        # CPU time of this thread: the grader's own work is what has to be bounded, and others may be running.
        started = time.thread_time()
        try:
            question = wire.unpack(message.content.get("ask"), message.attachments, _no_reference)
            value = self._value(question)
            attachments: list[bytes] = []
            form = wire.pack(value, attachments, lambda _one: None)
        except (Refused, wire.WireError) as fault:
            name = fault.name if isinstance(fault, Refused) else "ValueError"
            return wire.WireMessage({"error": {"name": name, "text": str(fault)}})
        except Exception:  # whatever it is, the kernel gets an answer: it would otherwise wait until the test's limit
            log.exception("a stand-in could not be asked")
            return wire.WireMessage({"error": {"name": "RuntimeError", "text": "this cannot be answered"}})
        finally:
            self._seconds += time.thread_time() - started
        # Answers count too: a short question can have a large one.
        self._bytes += sum(map(len, attachments))
        return wire.WireMessage({"answer": form}, attachments)

    def _value(self, question: Any) -> Any:
        if not isinstance(question, dict):
            raise Refused("TypeError", "a question is a dict")
        for what, names in (("looked", self.looked), ("unknown", self.unknown)):
            if what in question:
                told = question[what]
                if isinstance(told, str) and told in self._replaced:
                    names.add(told)
                return None
        name = question.get("function")
        if not isinstance(name, str) or name not in self._replaced:
            raise Refused("ValueError", "there is no stand-in of that name")
        self._check_budget()
        pair = self._replaced[name]
        self.asked += 1
        if name == pair.forward:
            output, _ = self._run(pair, question.get("args"))
            return output
        return self._backward(pair, question.get("args"), question.get("inputs"))

    def _check_budget(self) -> None:
        limits = self._limits
        spent = (self._questions > limits.questions, self._bytes > limits.bytes, self._seconds > limits.seconds)
        if any(spent):
            self.exhausted = True
            raise Refused("RuntimeError", "one test asks more of the functions it is built on than it may")

    def _run(self, pair: StandInPair, args: Any) -> tuple[Any, Any]:
        """Return output and cache of the solution's forward function."""
        lengths: dict[str, tuple[int, ...]] = {}
        values = []
        for name, value in zip(pair.takes, _list_of(args, pair.forward, list(pair.takes)), strict=True):
            array = self._array(name, value, integers=name in pair.integers)
            match_axes(name, array.shape, pair.takes[name], lengths)
            values.append(array)
        # Before it is computed: declared axes that are each small enough can make a large output.
        self._check_size("the output", tuple(length for axis in pair.gives for length in lengths[axis]))
        output, cache = self._computed(pair.forward, values)
        return output, cache

    def _backward(self, pair: StandInPair, args: Any, inputs: Any) -> Any:
        name, _ = inspect.signature(getattr(self._reference, pair.backward)).parameters
        (value,) = _list_of(args, pair.backward, [name])
        output, cache = self._run(pair, inputs)
        array = self._array(name, value, integers=False)
        if array.shape != output.shape:
            raise Refused("ValueError", f"{name} has shape {array.shape}; {output.shape} is asked")
        return self._computed(pair.backward, [array, cache])

    def _computed(self, name: str, values: list[Any]) -> Any:
        try:
            with np.errstate(all="ignore"):
                return getattr(self._reference, name)(*values)
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
        # Two types are enough for the solution; half precision and integers become float64.
        return value.astype(np.float32 if value.dtype == np.float32 else np.float64)

    def _check_size(self, name: str, shape: tuple[int, ...]) -> None:
        limits = self._limits
        if any(length > limits.axis for length in shape) or math.prod(shape) > limits.elements:
            raise Refused("ValueError", f"{name} is larger than a test needs: its shape is {shape}")


def _no_reference(_number: int) -> None:
    """Return None: questions cannot refer to anything here."""


def _list_of(values: Any, function: str, names: list[str]) -> list[Any]:
    """Return the values that should be arguments of these names.

    Raises:
        Refused: They are something else.
    """
    if not isinstance(values, list) or len(values) != len(names):
        count = f"{len(values)} came" if isinstance(values, list) else "none came"
        raise Refused("TypeError", f"{function} takes {len(names)} arguments here ({', '.join(names)}); {count}")
    return values


def match_axes(name: str, shape: tuple[int, ...], axes: tuple[str, ...], lengths: dict[str, tuple[int, ...]]) -> None:
    """Check a shape against declared axes, and note the lengths of axes that are met for the first time.

    Args:
        name: The argument's, for messages.
        shape: The shape that came.
        axes: Names of axes; the first may be `ANY`.
        lengths: The known length of each axis.

    Raises:
        Refused: The shape does not fit.
    """
    fixed = [axis for axis in axes if axis != ANY]
    front = len(shape) - len(fixed)
    parts = {ANY: shape[:front]} if ANY in axes else {}
    parts_fit = front >= 0 if parts else front == 0
    pairs = [*parts.items(), *((axis, (length,)) for axis, length in zip(fixed, shape[max(front, 0) :], strict=False))]
    if not parts_fit or any(lengths.setdefault(axis, length) != length for axis, length in pairs):
        raise Refused("ValueError", f"{name} has shape {shape}; ({', '.join(axes)}) is asked")
