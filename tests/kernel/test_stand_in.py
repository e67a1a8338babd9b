"""Stand-ins on the kernel's side: where they are put, who may ask, and what can be done with their caches.

What they are answered is in `tests/testing/test_stand_ins.py`.
"""

from __future__ import annotations

import functools
import threading
from typing import Any

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.stand_in import Asker, Cache, CacheError, Own, StandInMaker, put_in_place

OUTPUT = np.array([1.0, 2.0])


def marking(own: Any) -> Any:
    """Return a stand-in that marks what the student's own function returns."""
    return lambda x: ("stand-in", own(x))


def test_a_stand_in_is_called_wherever_the_function_is_held():
    def double(x, *, by=2):
        return by * x

    table, bound = {"double": double}, functools.partial(double, 4)
    put_in_place({"double": marking}, {"double": double}, lambda _file: True)
    assert double(3) == table["double"](3) == ("stand-in", 6)
    assert bound() == ("stand-in", 8)


def test_a_closure_is_replaced_with_what_it_has_closed_over():
    factor = 3

    def times(x):
        return factor * x

    put_in_place({"times": marking}, {"times": times}, lambda _file: True)
    assert times(2) == ("stand-in", 6)


def test_a_function_of_others_is_replaced_under_its_name_alone():
    namespace = {"mean": np.mean}
    put_in_place({"mean": marking}, namespace, lambda _file: False)
    assert namespace["mean"]([1, 3]) == ("stand-in", 2)
    assert np.mean([1, 3]) == 2


@pytest.mark.parametrize("namespace", [{}, {"double": 3}], ids=["no such name", "no function"])
def test_what_is_no_function_gets_a_stand_in_that_has_none_to_call(namespace):
    put_in_place({"double": lambda own: lambda: own}, namespace, lambda _file: True)
    assert namespace["double"]() is None


def test_only_the_thread_that_serves_a_call_may_ask_and_only_meanwhile():
    asker = Asker(lambda _frame: pytest.fail("asked"), lambda _count: b"")
    told = []

    def ask():
        with pytest.raises(RuntimeError, match="only in the thread that a test's call runs in"):
            asker(wire.WireMessage({"ask": None}))
        told.append(True)

    ask()
    with asker:
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    ask()
    assert len(told) == 3


def test_the_thread_that_serves_a_call_is_answered():
    sent = []
    answer = wire.encode(wire.WireMessage({"answer": 1}))
    rest = bytearray(answer)

    def receive(count):
        part = bytes(rest[:count])
        del rest[:count]
        return part

    asker = Asker(sent.append, receive)
    with asker:
        assert asker(wire.WireMessage({"ask": 2})).content == {"answer": 1}
    assert sent == [wire.encode(wire.WireMessage({"ask": 2}))]


def test_an_opaque_cache_can_be_tested_and_copied_and_each_look_into_it_is_reported():
    looks = []
    cache = Cache(("forward", "backward"), lambda: looks.append(True))
    assert bool(cache)
    assert cache.__copy__() is cache.__deepcopy__({}) is cache
    assert not hasattr(cache, "__array__")
    assert not looks
    for look in (lambda: cache[0], lambda: len(cache), lambda: [*cache], lambda: cache.x):
        with pytest.raises(CacheError, match="the cache of forward can only be handed to backward"):
            look()
    assert len(looks) == 4


@pytest.mark.parametrize(
    ("told", "raised"), [("ValueError", ValueError), ("IndexError", IndexError), ("SystemExit", RuntimeError)]
)
def test_only_some_errors_are_raised_as_they_are_told(told, raised):
    pair = StandInMaker(
        ("forward", "backward", 1),
        {"forward": Own.WRONG, "backward": Own.WRONG},
        lambda _question: wire.WireMessage({"error": {"name": told, "text": "no"}}),
    )
    with pytest.raises(raised, match="no"):
        pair.forward(None)(OUTPUT)
