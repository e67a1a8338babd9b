"""Memoises results that depend on a text or an assignment alone: they are the same for all submissions of a class."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")
# Texts of one function: more than a class's notebooks have between them, and few enough to hold in memory.
TEXTS = 1024
# Characters: a longer one is no cell that a class has in common.
LONGEST = 10_000


def memoised(function: Callable[[str], T]) -> Callable[[str], T]:
    """Keep a function's results for short texts. They must depend on nothing else, and nobody may change them."""
    kept = functools.lru_cache(TEXTS)(function)

    @functools.wraps(function)
    def memoising(text: str) -> T:
        return kept(text) if len(text) <= LONGEST else function(text)

    return memoising


def once_each(function: Callable[[K], T]) -> Callable[[K], T]:
    """Keep a function's result for each object, as long as the object lives. Nobody may change it."""
    kept: weakref.WeakKeyDictionary[K, T] = weakref.WeakKeyDictionary()

    @functools.wraps(function)
    def memoising(one: K) -> T:
        if one not in kept:
            kept[one] = function(one)
        return kept[one]

    return memoising
