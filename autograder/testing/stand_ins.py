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
from autograder.course.stand_in_entries import Lengths, Mismatch, StandInEntry, match_axes
from autograder.kernel import wire
from autograder.kernel.stand_in import Arranged, Own

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
    """Answers for the functions of some entries of ``[[stand_ins]]``, within limits for each test.

    Args:
        assignment: The assignment, whose solution computes the answers.
        own: What is known of the student's own functions, by name; a function that is not named is wrong. A right
            forward function is not replaced.

    Attributes:
        entries: The entries whose functions are replaced.
        own: What is known of each of these functions.
        asked: How many questions were answered, in all tests.
        looked: The forward functions whose caches were opaque, and into which code looked.
        unknown: The backward functions that were given a cache which their forward function has not returned.
        exhausted: Whether a test asked more than it may.
    """

    def __init__(
        self,
        assignment: Assignment,
        entries: Sequence[StandInEntry],
        limits: StandInLimits,
        own: Mapping[str, Own] = MappingProxyType({}),
    ) -> None:
        self.entries, self._limits, self._reference = tuple(entries), limits, assignment.reference
        self.own = {name: own.get(name, Own.WRONG) for entry in entries for name in entry.functions}
        self._replaced = {
            name: entry
            for entry in entries
            for name in entry.functions
            if name == entry.backward or self.own[name] is not Own.RIGHT
        }
        self.asked = 0
        self.looked: set[str] = set()
        self.unknown: set[str] = set()
        self.exhausted = False
        self.begin_test()

    @property
    def arranged(self) -> list[Arranged]:
        """What a kernel is told of the functions that it is to replace."""
        return [(entry.forward, entry.backward, len(entry.gives)) for entry in self.entries]

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
        entry = self._replaced[name]
        self.asked += 1
        if name == entry.backward:
            return self._backward(entry, name, question.get("args"), question.get("inputs"))
        outputs, _ = self._run(entry, question.get("args"))
        return outputs[0] if len(outputs) == 1 else tuple(outputs)

    def _check_budget(self) -> None:
        limits = self._limits
        spent = (self._questions > limits.questions, self._bytes > limits.bytes, self._seconds > limits.seconds)
        if any(spent):
            self.exhausted = True
            raise Refused("RuntimeError", "one test asks more of the functions it is built on than it may")

    def _run(self, entry: StandInEntry, args: Any) -> tuple[list[Any], Any]:
        """Return the outputs of the solution's function, and its cache if it has one."""
        lengths: Lengths = {}
        values = []
        given = _list_of(self._with_defaults(entry, args), entry.forward, list(entry.takes))
        for name, value in zip(entry.takes, given, strict=True):
            array = self._array(name, value, integers=name in entry.integers)
            try:
                match_axes(name, array.shape, entry.takes[name], lengths)
            except Mismatch as fault:
                raise Refused("ValueError", str(fault)) from fault
            # A number and not an array without axes, as callers give it.
            values.append(array[()])
            if name in entry.sizes:
                self._note_size(name, int(array), lengths)
        # Before it is computed: declared axes that are each small enough can make a large output.
        for shape in entry.output_shapes(lengths):
            self._check_size("an output", shape)
        result = self._computed(entry.forward, values)
        several = result if isinstance(result, tuple) else (result,)
        return list(several[: len(entry.gives)]), several[-1]

    def _with_defaults(self, entry: StandInEntry, args: Any) -> Any:
        """Return arguments with those that the caller left out, where the solution has numbers for them."""
        if not isinstance(args, list) or len(args) >= len(entry.takes):
            return args
        parameters = inspect.signature(getattr(self._reference, entry.forward)).parameters.values()
        left_out = [one.default for one in parameters][len(args) : len(entry.takes)]
        if not all(isinstance(default, int | float | np.ndarray) for default in left_out):
            return args
        return [*args, *map(np.asarray, left_out)]

    def _note_size(self, name: str, value: int, lengths: Lengths) -> None:
        """Note the length of the axes that are named after an integer argument."""
        if not 0 <= value <= self._limits.axis or lengths.setdefault(name, (value,)) != (value,):
            raise Refused("ValueError", f"{name} is {value}, which does not fit the other arguments, or a test")

    def _backward(self, entry: StandInEntry, function: str, args: Any, inputs: Any) -> Any:
        *names, _ = inspect.signature(getattr(self._reference, function)).parameters
        names = names[: len(entry.gives)]
        upstream = _list_of(args, function, names)
        outputs, cache = self._run(entry, inputs)
        arrays = []
        for name, value, output in zip(names, upstream, outputs, strict=True):
            array = self._array(name, value, integers=False)
            shape = np.shape(output)
            # A plain 0 is common where no gradient comes from later.
            array = np.full(shape, array) if array.ndim == 0 else array
            if array.shape != shape:
                raise Refused("ValueError", f"{name} has shape {array.shape}; {shape} is asked")
            arrays.append(array)
        return self._computed(function, [*arrays, cache])

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
