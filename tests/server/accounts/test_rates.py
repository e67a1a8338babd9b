"""Wrong tokens are counted by address, in bounded memory; a right one is never refused for the wrong ones of others."""

from datetime import UTC, datetime, timedelta

import pytest

from autograder.server.accounts import rates
from autograder.server.accounts.rates import Busy, Guesses, network

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def test_who_sends_too_many_wrong_ones_is_told_how_long_to_wait():
    guesses = Guesses()
    waits = [guesses.wrong("10.0.0.1", NOON + timedelta(seconds=number), 3) for number in range(5)]
    assert waits[:3] == [None] * 3
    # Until the oldest of those that are too many is ten minutes old.
    assert waits[3:] == [597.0, 597.0]


def test_they_are_forgotten_after_ten_minutes():
    guesses = Guesses()
    assert [guesses.wrong("10.0.0.1", NOON, 2) for _ in range(3)] == [None, None, 600.0]
    assert guesses.wrong("10.0.0.1", NOON + timedelta(minutes=10), 2) is None


def test_addresses_are_counted_apart():
    guesses = Guesses()
    assert {guesses.wrong(f"10.0.0.{number}", NOON, 1) for number in range(9)} == {None}


def test_a_clock_that_is_put_back_locks_nobody_out_for_longer():
    guesses = Guesses()
    for _ in range(3):
        guesses.wrong("10.0.0.1", NOON, 3)
    assert guesses.wrong("10.0.0.1", NOON - timedelta(hours=1), 3) is None


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_a_machine_with_many_addresses_is_one(address, counted):
    assert network(address) == counted


def test_only_so_many_addresses_are_remembered(monkeypatch):
    monkeypatch.setattr(rates, "MOST_ADDRESSES", 2)
    guesses = Guesses()
    for address in ("a", "b", "a", "c"):
        guesses.wrong(address, NOON, 1)
    # `b` was silent for longest.
    assert guesses.wrong("b", NOON, 1) is None
    assert guesses.wrong("c", NOON, 1) is not None


def test_a_person_has_so_many_requests_under_way_and_no_more():
    busy = Busy()
    assert [busy.begin("request", 1, 2) for _ in range(3)] == [True, True, False]
    assert busy.begin("upload", 1, 2)
    assert busy.begin("request", 2, 2)
    busy.end("request", 1)
    assert busy.begin("request", 1, 2)
