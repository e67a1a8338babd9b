"""Remembers what a forward function was called with, and finds it again by the cache that the function returned.

This runs among untrusted code, like `autograder.kernel.stand_in`: what is found only becomes a question to the grader.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import wire

# A captioning loss makes about 32 step calls, and a numerical gradient many times that.
# How many calls are remembered; a test that makes more needs the last ones.
CALLS_MAX = 2000
# Comparing a cache costs the test's time. A deeper or larger one is recognised by its identity alone.
DEPTH_MAX = 6
VALUES_MAX = 2000
BYTES_MAX = 1 << 23

Path = tuple[Any, ...]


@dataclass(frozen=True)
class Leaf:
    """One of the values that a cache consists of.

    Attributes:
        value: The value. Holding it keeps its identity from being given to another object.
        content: The value as it was when the call returned; None for what can be known by its identity alone.
    """

    value: Any
    content: Any

    def matches(self, other: Leaf) -> bool:
        """Return whether both are the same object, or had the same bits."""
        return self.value is other.value or (self.content is not None and self.content == other.content)


@dataclass
class Call:
    """One call of a forward function.

    Attributes:
        cache: What the function returned as its cache.
        leaves: What the cache held then, by the path to each value; empty when that is too much to compare.
        inputs: Copies of what the function was called with.
        answered: Whether a gradient was asked for with this call's cache.
    """

    cache: Any
    leaves: dict[Path, Leaf]
    inputs: list[Any]
    answered: bool = False


class Calls:
    """The last calls of a forward function."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CALLS_MAX)

    def note(self, cache: Any, inputs: list[Any]) -> None:
        """Remember a call.

        Args:
            cache: What the function returned as its cache.
            inputs: Copies of what it was called with.
        """
        self._calls.append(Call(cache, leaves_of(cache), inputs))

    def inputs_of(self, cache: Any) -> list[Any] | None:
        """Return what the call was made with that returned this cache, or a cache with the same content.

        Several calls may have returned the same object, such as a list that all of them add to. Then it is the last one
        whose gradient has not been asked for yet, because gradients go backwards. None when no call is found.
        """
        # Identity first: it is exact, and costs nothing. The content is compared only for caches that code has copied
        # or rebuilt.
        found = [call for call in reversed(self._calls) if call.cache is cache] or [*self._alike(cache)]
        if not found:
            return None
        # All of them are answered when a backward function is called again with the same cache: then the last call
        # counts.
        call = next((call for call in found if not call.answered), found[0])
        call.answered = True
        return call.inputs

    def _alike(self, cache: Any) -> Iterator[Call]:
        """Yield the last call whose cache lies wholly in this one: this one is a copy, was rebuilt, or was extended."""
        leaves = leaves_of(cache)
        for call in reversed(self._calls):
            if has_arrays(call.leaves) and all(
                path in leaves and leaf.matches(leaves[path]) for path, leaf in call.leaves.items()
            ):
                yield call
                return


def has_arrays(leaves: dict[Path, Leaf]) -> bool:
    """Return whether a cache holds an array: a few plain values alone may be the same in caches of different calls."""
    return any(isinstance(leaf.value, np.ndarray) for leaf in leaves.values())


def leaves_of(cache: Any) -> dict[Path, Leaf]:
    """Return the values that a cache consists of, by the path to each; none when they are too many or too large."""
    leaves: dict[Path, Leaf] = {}
    room = BYTES_MAX
    for count, (path, value) in enumerate(_walk(cache, ())):
        room -= value.nbytes if isinstance(value, np.ndarray) else 0
        if room < 0 or count >= VALUES_MAX or len(path) > DEPTH_MAX:
            return {}
        if _parts(value) is None:
            leaves[path] = Leaf(value, content(value))
    return leaves


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield a value and everything that it consists of."""
    yield path, value
    for name, part in _parts(value) or ():
        yield from _walk(part, (*path, name))


def _parts(value: Any) -> Iterable[tuple[Any, Any]] | None:
    """Return what a container holds, by index, key or attribute; None for any other value."""
    if isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.dtype == object and value.ndim):
        return enumerate(value)
    if isinstance(value, dict):
        return value.items()
    # Functions have a __dict__ as well, which is no part of a cache. The exact type: a __dict__ may be a property that
    # returns anything.
    attributes = getattr(value, "__dict__", None)
    return attributes.items() if type(attributes) is dict and not callable(value) else None


def content(value: Any) -> Any:
    """Return what can still be compared after the value was changed; None for what is known by its identity alone."""
    if isinstance(value, np.ndarray | np.generic):
        if not wire.can_travel(np.asarray(value)):
            return None
        # A digest, so that thousands of remembered calls do not hold a copy of their caches.
        return value.dtype.str, value.shape, hashlib.blake2b(np.asarray(value).tobytes()).digest()
    return (type(value), value) if isinstance(value, wire.PLAIN) else None
