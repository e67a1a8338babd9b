"""Provides what hidden tests say about answers: the vocabulary of the files in ``hidden/``.

A test gets values through `student`, names them with `returned`, and looks at them with `array`, `close` and `number`.
What does not hold raises `CheckFailed`, whose text goes to the student. It says what was seen (which array, which
shape, how far off, where) and never shows a hidden input or an expected value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from autograder.i18n.messages import Message, gettext_noop, say
from autograder.kernel import wire
from autograder.testing import student as remote
from autograder.testing.case import RETURNED_NONE, TOO_FEW, Answer, answer_of, current_case, fail, look, note
from autograder.testing.faults import CheckFailed, Comparison, StudentError
from autograder.testing.redaction import exception_name
from autograder.testing.student import Remote

# Code that computes in float32 whatever it is given is off by up to 4e-6; a mistake, by far more.
TOLERANCE = 1e-5
TOLERANCE_FLOAT32 = 1e-3
TOLERANCE_NUMERICAL = 1e-5
# Bytes of an array whose length nobody can know before.
ROOM = 1 << 24
NumberKind = Literal["integer", "float", "bool"]
# numpy's letters for the types of each kind, and what students read.
KINDS = {
    "integer": ("iu", gettext_noop("an integer type")),
    "float": ("f", gettext_noop("a floating-point type")),
    "bool": ("b", gettext_noop("the type bool")),
}
OFF = gettext_noop(
    "{name}: {count} of {size} elements are off; the largest relative error is {error:.1e} at {place} "
    "(allowed: {allowed:g})"
)
STEPS_OFF = gettext_noop(
    "{name}: {count} of {size} elements are off, in the steps {steps} of {total} (counted from 0); the largest "
    "relative error is {error:.1e} at {place} (allowed: {allowed:g})"
)
SCALAR_OFF = gettext_noop(
    "{name}: {count} of {size} elements are off; the largest relative error is {error:.1e} (allowed: {allowed:g})"
)
OVERFLOW = gettext_noop("Look for an overflow or a division by zero.")
# Those of the classes with a length that are not sequences.
MAPPINGS = ("dict", "OrderedDict", "defaultdict", "Counter")


def returned(result: Remote, *names: str, dimensions: int | None = None) -> tuple[Answer, ...]:
    """Return the values of a student's ``return a, b, c``, by the names that the handout gives them.

    More values than asked cost a share, and the leading ones are marked. Missing values fail when a test looks at them.
    A function that returns one thing may return it as a list; only a tuple is taken for several.

    Args:
        result: What the call of the student's function returned.
        names: The names in the handout, in the order of its return line.
        dimensions: How many dimensions the value has when only one is asked: a tuple of its rows is then not taken for
            several values.
    """
    if remote.kind(result) == "NoneType":
        # A function that lacks its return may compute anything.
        return tuple(Answer(name, None, say(RETURNED_NONE), telling=False) for name in names)
    if not _is_several(result, len(names), dimensions):
        values, given = [result], 1
    else:
        given = remote.length(result) or 0
        values = [result[index] for index in range(min(given, len(names)))]
        if given > len(names) and result._title in current_case().functions:
            current_case().extra = say(
                "{given} values returned, {asked} asked: {names}", given=given, asked=len(names), names=list(names)
            )
    answers = [Answer(name, value) for name, value in zip(names, values, strict=False)]
    answers += [Answer(name, None, lacking(name, given, names)) for name in names[len(values) :]]
    return tuple(answers)


def lacking(name: str, given: int, names: tuple[str, ...]) -> Message:
    """Return the message that one of the values that are asked was not returned."""
    return say(TOO_FEW, name=name, given=given, asked=len(names), names=list(names))


def _is_several(result: Remote, asked: int, dimensions: int | None) -> bool:
    """Return whether a result is a sequence of values rather than one value."""
    count = remote.length(result)
    if count is None or remote.kind(result) in MAPPINGS:
        return False
    if remote.kind(result) == "list":
        return asked > 1
    # A tuple, and one value is asked: several values, unless its parts look like the rows of that value.
    if asked > 1 or dimensions is None or not count:
        return True
    try:
        return remote.fetch(result[0], limit=1 << 20).ndim != dimensions - 1
    except (StudentError, wire.WireError):
        return True


def array(answer: Answer | Remote, shape: Sequence[int | None] | None, kind: NumberKind | None = None) -> np.ndarray:
    """Return an answer as an array of finite numbers, of that shape and kind.

    Args:
        answer: What a call returned, or one of those that `returned` gave.
        shape: The shape that the handout asks for: None for an axis of any length, or for any shape.
        kind: The kind of its type, where the handout asks for one: ``integer``, ``float`` or ``bool``.

    Raises:
        CheckFailed: It is something else.
    """
    # Twice the bytes of float64, plus a header and some: a shape that is slightly wrong is still told as a shape. The
    # shape is checked before any arithmetic, because broadcasting a hostile one could take all memory.
    answer = answer_of(answer)
    lengths = [length for length in shape or () if length is not None]
    known = shape is not None and len(lengths) == len(shape)
    values = numbers(answer, room=16 * int(np.prod(lengths, dtype=int)) + 65_536 if known else ROOM)
    if shape is not None and not _has_shape(values, shape):
        asked = str(tuple(shape)).replace("None", "any")
        fail("{name} has shape {shape}; {asked} is asked", name=answer.name, shape=str(values.shape), asked=asked)
    if kind is not None and values.dtype.kind not in KINDS[kind][0]:
        seen = {"name": answer.name, "type": str(values.dtype)}
        fail("{name} is of type {type}; {asked} is asked", pattern="type", asked=say(KINDS[kind][1]), **seen)
    if not np.isfinite(values).all():
        where = tuple(int(index) for index in np.argwhere(~np.isfinite(values))[0])
        found, hint = {"name": answer.name, "value": str(values[where])}, OVERFLOW
        if not where:
            fail("{name} holds {value}", hint, **found)
        fail("{name} holds {value}, first at {place}", hint, place=str(list(where)), **found)
    return values


def _has_shape(values: np.ndarray, shape: Sequence[int | None]) -> bool:
    both = zip(values.shape, shape, strict=False)
    return values.ndim == len(shape) and all(asked in (None, length) for length, asked in both)


def unchanged(result: Remote, *names: str) -> None:
    """Check that a call has left its arguments as they were, where the handout asks for that.

    Args:
        result: What the call returned.
        names: The arguments' names, in their order; an empty one for an argument that may be changed.

    Raises:
        CheckFailed: It has written into one that has a name.
    """
    changed = [name for place, name in enumerate(names) if name and place in remote.changed(result)]
    if changed:
        hint = "A step like x += 1 writes into the array that was handed over; x = x + 1 makes another one."
        fail("{names} changed in place; this function must leave its arguments as they are", hint, names=changed)


def numbers(answer: Answer | Remote, room: int, *, telling: bool = True) -> np.ndarray:
    """Return an answer as an array of numbers, of whatever shape.

    Args:
        answer: What a call returned, or one of those that `returned` gave.
        room: The largest number of bytes that is worth looking at.
        telling: Whether all of it counts; where only a part does, the test calls `look` with that part.

    Raises:
        CheckFailed: The answer cannot be read as an array of numbers, or is larger.
    """
    answer = answer_of(answer)
    value = answer.remote()
    kind = remote.kind(value)
    if kind == "NoneType":
        look(answer.name, None)
        fail("{name} is None", name=answer.name)
    # Something was seen, though nothing of it can be compared: it is unlike an answer of which nothing was seen.
    unreadable = np.empty(0)
    if kind in MAPPINGS:
        look(answer.name, unreadable)
        fail("{name} is a {kind}; numbers are asked", name=answer.name, kind=kind)
    try:
        values = remote.fetch(value, limit=room)
    except (StudentError, wire.WireError) as fault:
        look(answer.name, unreadable)
        text = (fault.text or fault.name) if isinstance(fault, StudentError) else str(fault)
        fail("{name} cannot be read: {fault}", name=answer.name, fault=text)
    if kind in ("list", "tuple"):
        note("{name} is a {kind}: an array is asked", name=answer.name, kind=kind)
    if telling:
        look(answer.name, values)
    return values


def distance(values: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the elementwise error ``|values - expected| / (|expected| + s)``.

    ``s`` is the largest ``|expected|``, or 1 if that is 0: rounding in an element that happens to be tiny does not
    count. A NaN stays one.
    """
    scale = float(np.abs(expected).max(initial=0.0)) or 1.0
    error: np.ndarray = np.abs(values - expected) / (np.abs(expected) + scale)
    return error


def close(
    answer: Answer | Remote,
    expected: Any,
    tolerance: float = TOLERANCE,
    steps: int | None = None,
    others: Mapping[str, np.ndarray] | None = None,
) -> np.ndarray:
    """Check an answer against expected values and return it.

    Args:
        answer: What a call returned, or one of those that `returned` gave.
        expected: The right values; their shape is the shape that is asked.
        tolerance: The largest `distance` that is right.
        steps: The axis that is time, if one is: the text then names the steps that are off.
        others: What is right for the function's other results, by the names that students know them by: a result that
            is another's is then called so.

    Raises:
        CheckFailed: The shape is different, a number is not finite, or an element is off.
    """
    answer, right = answer_of(answer), np.asarray(expected, dtype=float)
    try:
        return _compare(answer, right, tolerance, steps)
    except CheckFailed as fault:
        fault.comparison = Comparison(answer.name, answer.value, right, tolerance, others or {})
        raise


def _compare(answer: Answer, right: np.ndarray, tolerance: float, steps: int | None) -> np.ndarray:
    values = array(answer, right.shape).astype(float)
    error = distance(values, right)
    right_places = error <= tolerance  # a comparison with NaN is false, so NaN fails
    if not right_places.all():
        worst = np.unravel_index(int(np.argmax(error)), error.shape)
        seen: dict[str, Any] = {
            "name": answer.name,
            "count": int((~right_places).sum()),
            "size": error.size,
            "error": float(error[worst]),
            "place": str([int(index) for index in worst]),
            "allowed": tolerance,
        }
        if steps is None:
            fail(OFF if worst else SCALAR_OFF, **seen)
        late = np.moveaxis(~right_places, steps, 0)
        wrong = [str(step) for step, off in enumerate(late) if off.any()]
        fail(STEPS_OFF, steps=wrong, total=len(late), **seen)
    return values


def is_close(answer: Answer | Remote, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Return whether `close` would pass."""
    try:
        close(answer, expected, tolerance)
    except CheckFailed:
        return False
    return True


def number(answer: Answer | Remote) -> float:
    """Return an answer as one finite number; an array with a single element is taken for it.

    Raises:
        CheckFailed: It is something else.
    """
    answer = answer_of(answer)
    values = numbers(answer, room=65_536)
    if values.size != 1:
        fail("{name} is an array of shape {shape}; one number is asked", name=answer.name, shape=str(values.shape))
    value = float(values.reshape(()))
    if not np.isfinite(value):
        fail("{name} is {value}", name=answer.name, value=str(value))
    return value


def raises(expected: type[Exception] | str, function: Remote, *args: Any) -> None:
    """Check that a call raises what the handout asks for, or something derived from it.

    What only raises passes this, so give such a test ``gate=True``.

    Args:
        expected: The exception: one of Python's, or the name of one that the assignment or the student defines.
        function: What is called, such as ``student.RoadMap().neighbours``.
        args: What it is called with.

    Raises:
        CheckFailed: It returned, or raised something else.
        StudentError: There is no such function, or it is as it was released.
    """
    asked = expected if isinstance(expected, str) else expected.__name__
    function._known()
    try:
        function(*args)
    except StudentError as fault:
        look(function._title, np.frombuffer(fault.name.encode(), np.uint8))
        # As it was released it raises this one, which is derived from RuntimeError.
        if fault.name == "NotImplementedError" != asked:
            raise
        if asked in (fault.name, *fault.bases):
            return
        fail(
            "{name} raises {raised}; {asked} is asked",
            name=function._title,
            raised=exception_name(fault.name),
            asked=asked,
        )
    look(function._title, None)
    fail("{name} raises nothing; {asked} is asked", name=function._title, asked=asked)


def note_wider(answer: Answer | Remote) -> None:
    """Note that an answer to float32 input is float64, which costs nothing."""
    answer = answer_of(answer)
    if remote.dtype(answer.remote()) == "float64":
        note("{name} is float64 for float32 input", name=answer.name)
