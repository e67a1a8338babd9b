"""Which levels a machine offers."""

from __future__ import annotations

import sys

import pytest

from autograder.kernel.sandbox import levels
from autograder.kernel.sandbox.levels import Level, ProbeResult, UnsupportedSystemError, best, probe

BOTH = (Level.FULL, Level.NO_USERNS)


@pytest.fixture
def steps(monkeypatch):
    """Return a function that pretends that these steps were tried."""

    def pretend(*steps: ProbeResult) -> None:
        monkeypatch.setattr(levels, "probe", lambda: steps)

    return pretend


def step(works: bool, *needed_for: Level) -> ProbeResult:
    return ProbeResult("something", works, "", "", needed_for)


def test_the_strongest_level_of_which_nothing_is_missing_is_best(steps):
    steps(step(True, *BOTH), step(True, Level.FULL))
    assert best() is Level.FULL
    steps(step(True, *BOTH), step(False, Level.FULL))
    assert best() is Level.NO_USERNS
    steps(step(False, *BOTH), step(True, Level.FULL))
    assert best() is Level.OFF
    steps(step(False, Level.NO_USERNS), step(True, Level.FULL))
    assert best() is Level.FULL


def test_elsewhere_than_on_linux_only_off_is_available(monkeypatch):
    probe.cache_clear()
    monkeypatch.setattr(sys, "platform", "darwin")
    try:
        assert best() is Level.OFF
        assert "this is darwin" in probe()[0].outcome
    finally:
        probe.cache_clear()


def test_on_windows_no_level_is_available_and_it_says_what_to_do(monkeypatch):
    probe.cache_clear()
    monkeypatch.setattr(sys, "platform", "win32")
    try:
        with pytest.raises(UnsupportedSystemError, match=r"on Windows itself\. Install the kit in WSL2"):
            best()
    finally:
        probe.cache_clear()


def test_a_probe_that_breaks_is_told_and_leaves_level_off(monkeypatch):
    probe.cache_clear()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    try:
        assert best() is Level.OFF
        assert "exit code 1" in probe()[0].outcome
    finally:
        probe.cache_clear()
