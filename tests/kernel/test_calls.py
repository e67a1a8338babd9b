"""A call is found again by the cache that it returned, or by another object with the same content."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from autograder.kernel import calls as calls_module
from autograder.kernel.calls import Calls, content, leaves_of

X, W = np.arange(6.0).reshape(3, 2), np.array([2.0, -1.0])


def test_a_call_is_found_by_the_very_object_that_it_returned():
    calls, cache = Calls(), object()
    calls.note(cache, ["inputs"])
    assert calls.inputs_of(cache) == ["inputs"]
    assert calls.inputs_of(object()) is None


@pytest.mark.parametrize(
    "cached", [lambda: (X.copy(), W), lambda: {"x": X, "at": [W, 3]}, lambda: np.array([X, None], dtype=object)]
)
def test_a_copy_of_a_cache_is_known_by_its_content(cached):
    calls, cache = Calls(), cached()
    calls.note((X + 1, W), ["another call"])
    calls.note(cache, ["this one"])
    assert calls.inputs_of(copy.deepcopy(cache)) == ["this one"]


def test_a_cache_that_was_extended_is_known_and_one_that_lacks_a_part_is_not():
    calls = Calls()
    calls.note([X, W], ["inputs"])
    assert calls.inputs_of([X.copy(), W.copy(), "more"]) == ["inputs"]
    assert calls.inputs_of([X.copy()]) is None


def test_what_an_array_held_when_the_call_returned_counts():
    calls, kept = Calls(), X.copy()
    calls.note((kept,), ["inputs"])
    as_returned = (kept.copy(),)
    kept *= 0
    assert calls.inputs_of(as_returned) == ["inputs"]


def test_plain_values_alone_do_not_tell_calls_apart():
    calls = Calls()
    calls.note([1, 2], ["inputs"])
    assert calls.inputs_of([1, 2]) is None


def test_gradients_of_calls_that_return_one_object_go_backwards():
    calls, shared = Calls(), []
    for number in (1, 2):
        calls.note(shared, [number])
    assert [calls.inputs_of(shared) for _ in range(3)] == [[2], [1], [2]]


def test_only_the_last_calls_are_remembered(monkeypatch):
    monkeypatch.setattr(calls_module, "CALLS_MAX", 2)
    calls, caches = Calls(), [object() for _ in range(3)]
    for number, cache in enumerate(caches):
        calls.note(cache, [number])
    assert [calls.inputs_of(cache) for cache in caches] == [None, [1], [2]]


class Kept:
    """An object whose attributes are a cache."""

    def __init__(self, **values: object) -> None:
        vars(self).update(values)


def test_a_cache_consists_of_values_by_index_key_and_attribute():
    leaves = leaves_of((X, {"w": W}, Kept(step=3)))
    assert list(leaves) == [(0,), (1, "w"), (2, "step")]
    assert leaves[1, "w"].value is W


@pytest.mark.parametrize("value", [lambda: None, print, np.mean], ids=["function", "builtin", "of numpy"])
def test_functions_are_not_looked_into(value):
    assert list(leaves_of(value)) == [()]


def deep(levels: int) -> list[object]:
    made: list[object] = [X]
    for _ in range(levels):
        made = [made]
    return made


@pytest.mark.parametrize("large", [deep(10), [0] * 10_000, np.zeros(1 << 21)], ids=["deep", "many", "large"])
def test_of_a_cache_that_is_too_much_to_compare_nothing_is_kept(large):
    assert leaves_of(large) == {}


def test_content_tells_types_and_bits_apart_and_is_none_for_what_has_none():
    assert content(X) == content(X.copy()) != content(X.astype(np.float32))
    assert content(np.zeros(2)) != content(np.zeros(2, dtype=np.int64))
    assert content(0.0) != content(0)
    assert content(np.array([0.0])) != content(np.array([-0.0]))
    assert content(object()) is None
    assert content(np.array(["text"])) is None
