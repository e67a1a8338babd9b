"""Provides `same`, by which a test compares an answer that is no array: text, a list, a dict, values within values.

What is read is bounded by what is expected, whatever was returned. The whole of it is what tells mistakes apart; the
text for the student says where the first difference is, and shows neither value.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.i18n.messages import gettext_noop, say
from autograder.kernel import wire
from autograder.kernel.call_server import KEYS_MAX, MESSAGE_MAX
from autograder.testing import student as remote
from autograder.testing.case import Answer, answer_of, fail, look
from autograder.testing.expect import TOLERANCE
from autograder.testing.faults import CheckFailed, PlainComparison, StudentError
from autograder.testing.student import Remote

# How many values beyond those that are expected are read: enough to tell mistakes apart.
MORE = 64
LARGE = 1e300
# What tells mistakes apart is the text of a value, in bytes.
SPELT = np.uint8
TEXT, NUMBER, SEQUENCE, MAPPING = (
    gettext_noop("a text"),
    gettext_noop("a number"),
    gettext_noop("a list or a tuple"),
    gettext_noop("a dict"),
)
TYPE = gettext_noop("{name} is of type {type}; {asked} is asked")


def same(answer: Answer | Remote, expected: Any, tolerance: float = TOLERANCE) -> Any:
    """Check that an answer is the same value as the expected one, and return it.

    Lists and tuples are taken for each other, and so are a truth value and the number that equals it. Keys of a dict
    may stand in any order.

    Args:
        answer: What a call returned, or one of those that `returned` gave.
        expected: Text, a number, a truth value, None, or lists, tuples and dicts of these. Keys are text.
        tolerance: The largest error of a number that is right, relative to it or to 1.

    Raises:
        CheckFailed: It is another value.
        TypeError: What is expected holds something else: sort a set into a list, for example.
        ValueError: What is expected is larger than what can be read.
    """
    answer, room = answer_of(answer), [_size(expected) + MORE]
    try:
        value = _read(answer.remote(), room, _depth(expected))
    except (StudentError, wire.WireError) as fault:
        fail("{name} cannot be read: {fault}", name=answer.name, fault=str(fault))
    look(answer.name, np.frombuffer(_spelt(value).encode("utf-8", "replace"), SPELT))
    try:
        _compare(answer.name, value, expected, tolerance)
    except CheckFailed as fault:
        fault.plain_comparison = PlainComparison(answer.value, _shown(value), _shown(expected), tolerance)
        raise
    return value


class _Unread:
    """What lies deeper than anything that is expected, or is neither plain nor a list or dict; known by its class."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"<{self.kind}>"


def _size(expected: Any) -> int:
    """Return how many values there are in an expected one, itself included."""
    if isinstance(expected, Mapping):
        if not all(isinstance(key, str) for key in expected):
            raise TypeError("same: a dict is expected with keys that are no text: compare a list of pairs in its place")
        if len(expected) >= KEYS_MAX:
            raise ValueError(f"same: a dict is expected with {len(expected)} keys; at most {KEYS_MAX - 1} can be read")
        return 1 + sum(map(_size, expected.values()))
    if isinstance(expected, str):
        if len(expected) >= MESSAGE_MAX:
            raise ValueError(f"same: {len(expected)} characters are expected; at most {MESSAGE_MAX - 1} can be read")
        return 1
    if isinstance(expected, list | tuple):
        return 1 + sum(map(_size, expected))
    if expected is None or isinstance(expected, bool | int | float | np.bool_ | np.number):
        return 1
    raise TypeError(
        f"same: a value of type {type(expected).__name__} is expected; it takes text, numbers, None, lists, tuples and "
        "dicts. Use close for arrays"
    )


def _depth(expected: Any) -> int:
    """Return how many lists and dicts lie around the innermost value."""
    parts = expected.values() if isinstance(expected, Mapping) else expected
    return 1 + max(map(_depth, parts), default=0) if isinstance(expected, Mapping | list | tuple) else 0


def _read(value: Remote, room: list[int], depth: int) -> Any:
    """Return a value of the student's as values of ours, as far as the room goes."""
    room[0] -= 1
    kind, count = remote.kind(value), remote.length(value)
    if remote.dtype(value) and count is None:
        array = remote.fetch(value, limit=8 * max(room[0], 1))
        room[0] -= array.size
        return array.tolist()
    if count is None:
        return remote.plain(value) if kind in ("NoneType", "bool", "int", "float", "str") else _Unread(kind)
    if depth < 1:
        return _Unread(kind)
    if kind in ("dict", "OrderedDict", "defaultdict", "Counter"):
        found = remote.keys(value)[: max(room[0], 0)]
        read: Any = {key: _read(value[key], room, depth - 1) for key in found}
        # Keys that are no text, and those that there was no room for.
        read.update({f"<{index}>": _Unread("key") for index in range(len(found), min(count, len(found) + 1))})
        return read
    parts = [_read(value[index], room, depth - 1) for index in range(min(count, max(room[0], 0))) if room[0] > 0]
    return [*parts, _Unread("more")] if len(parts) < count else parts


def _shown(value: Any) -> Any:
    """Return a value with what was not read, and what JSON has no form for, as text or as a number of Python's."""
    match value:
        case Mapping():
            return {key: _shown(part) for key, part in value.items()}
        case list() | tuple():
            return [_shown(part) for part in value]
        case np.bool_() | np.number():
            return value.item()
        case _Unread():
            return repr(value)
    return value


def _spelt(value: Any) -> str:
    """Return a value as text that is the same for values that `same` takes for each other."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{_spelt(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_spelt, value)) + "]"
    if isinstance(value, bool | int | float):
        return f"{float(value):.6g}" if abs(value) < LARGE else repr(value)
    return repr(value)


def _compare(name: str, value: Any, expected: Any, tolerance: float) -> None:
    """Fail where a value is not the expected one; ``name`` says which part of the answer it is."""
    if expected is None:
        if value is not None:
            fail("{name} is of type {type}; None is asked", name=name, type=_kind(value))
    elif isinstance(expected, str):
        _ask(name, value, str, TEXT)
        if value != expected:
            pairs = zip(value, expected, strict=False)
            place = next((at for at, (one, right) in enumerate(pairs) if one != right), min(len(value), len(expected)))
            fail("{name} is another text, from character {place} on (counted from 0)", name=name, place=place)
    elif isinstance(expected, Mapping):
        _ask(name, value, dict, MAPPING)
        if value.keys() != expected.keys():
            fail("{name} has other keys than those that are asked", name=name)
        for key, right in expected.items():
            # The key is one that the student returned.
            _compare(f"{name}[{key!r}]", value[key], right, tolerance)
    elif isinstance(expected, Sequence):
        _compare_parts(name, value, expected, tolerance)
    else:
        _ask(name, value, (bool, int, float), NUMBER)
        # Integers may be too large for a float.
        near = abs(value) < LARGE and math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance)
        if value != expected and not near:
            fail("{name} is another number than what is asked", name=name)


def _compare_parts(name: str, value: Any, expected: Sequence[Any], tolerance: float) -> None:
    _ask(name, value, list, SEQUENCE)
    if len(value) != len(expected):
        if value and isinstance(value[-1], _Unread) and value[-1].kind == "more":
            fail("{name} has far more elements than are asked", name=name)
        fail("{name} has length {count}; another length is asked", name=name, count=len(value))
    for index, right in enumerate(expected):
        _compare(f"{name}[{index}]", value[index], right, tolerance)


def _ask(name: str, value: Any, types: type | tuple[type, ...], asked: str) -> None:
    if not isinstance(value, types):
        fail(TYPE, pattern="type", name=name, type=_kind(value), asked=say(asked))


def _kind(value: Any) -> str:
    return value.kind if isinstance(value, _Unread) else type(value).__name__
