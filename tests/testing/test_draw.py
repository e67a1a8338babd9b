"""What is drawn once is the same as if it were drawn each time, and so is what is drawn after it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from autograder.testing import draw as drawn_module
from autograder.testing.draw import drawn_once

REFERENCE = SimpleNamespace(factor=2.0)


def counted():
    calls = []

    @drawn_once
    def make(reference, rng, *, size):
        """Draw numbers."""
        calls.append(size)
        return rng.normal(size=size) * reference.factor

    return make, calls


def test_it_is_made_once_and_the_generator_goes_on_as_if_it_were_made_again():
    make, calls = counted()
    plain = np.random.default_rng(5)
    expected = (plain.normal(size=3) * 2.0, plain.random())
    for _ in range(2):
        rng = np.random.default_rng(5)
        assert np.array_equal(make(REFERENCE, rng, size=3), expected[0])
        assert rng.random() == expected[1]
    assert calls == [3]
    assert make.__doc__ == "Draw numbers."


def test_another_state_another_setting_and_another_solution_are_made_anew():
    make, calls = counted()
    rng = np.random.default_rng(5)
    first, second = make(REFERENCE, rng, size=3), make(REFERENCE, rng, size=3)
    assert not np.array_equal(first, second)
    make(REFERENCE, np.random.default_rng(5), size=2)
    tripled = make(SimpleNamespace(factor=6.0), np.random.default_rng(5), size=3)
    np.testing.assert_allclose(tripled, first * 3)
    assert calls == [3, 3, 2, 3]


def test_what_a_test_does_to_its_copy_does_not_reach_the_next():
    make, _ = counted()
    first = make(REFERENCE, np.random.default_rng(5), size=3)
    right = first.copy()
    first[:] = 0
    assert np.array_equal(make(REFERENCE, np.random.default_rng(5), size=3), right)


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr(drawn_module, "KEPT", 2)
    make, calls = counted()
    for seed in (1, 2, 3, 3, 1):
        make(REFERENCE, np.random.default_rng(seed), size=seed)
    assert calls == [1, 2, 3, 1]
