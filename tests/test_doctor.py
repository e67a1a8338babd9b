"""`autograder doctor`: what it says and how it ends."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder import doctor
from autograder.cli import main
from autograder.kernel.sandbox.levels import Level, ProbeResult

WORKS = ProbeResult("mounts", True, "works", "", (Level.FULL,))
BROKEN = ProbeResult("user namespace", False, "Operation not permitted", "As root: sysctl -w x=1", (Level.FULL,))
FOLLOWS = ProbeResult("a kernel", False, "new namespaces: Operation not permitted", "See above.", (Level.FULL,))


@pytest.fixture
def machine(monkeypatch):
    """Return a function that pretends a machine."""

    def pretend(level: Level, *steps: ProbeResult) -> None:
        monkeypatch.setattr(doctor, "probe", lambda: steps)
        monkeypatch.setattr(doctor, "best", lambda: level)

    return pretend


def said(course) -> tuple[bool, str]:
    shown = io.StringIO()
    fit = doctor.check_machine(course, Console(file=shown, width=100))
    return fit, " ".join(shown.getvalue().split())


def test_a_fit_machine_is_told_so(course, machine):
    machine(Level.FULL, WORKS)
    fit, text = said(course)
    assert fit
    assert "mounts works full" in text
    assert "Level full" in text


@pytest.mark.parametrize("level", [Level.NO_USERNS, Level.OFF])
def test_what_fails_is_told_with_what_to_do_and_what_it_means(course, machine, level):
    machine(level, WORKS, BROKEN)
    fit, text = said(course)
    assert not fit
    assert "user namespace FAILS full" in text
    assert "user namespace: Operation not permitted. As root: sysctl -w x=1" in text
    assert f"Level {level}: " in text
    assert "--allow-weaker-isolation" in text


def test_what_failed_only_because_of_something_else_is_not_explained_again(course, machine):
    machine(Level.OFF, BROKEN, FOLLOWS)
    _, text = said(course)
    assert "a kernel FAILS" in text
    assert "See above." not in text


def test_the_public_salt_is_warned_of_until_there_is_a_secret_one(course, machine):
    machine(Level.FULL, WORKS)
    assert "public salt" in said(course)[1]
    (course.root / ".autograder_salt").write_text("secret")
    assert "public salt" not in said(course)[1]


def test_markup_in_an_outcome_is_shown_as_it_is(course, machine):
    machine(Level.OFF, ProbeResult("x", False, "in [red]here[/red]", "none", (Level.FULL,)))
    assert "[red]here[/red]" in said(course)[1]


@pytest.mark.parametrize(("level", "code"), [(Level.FULL, 0), (Level.NO_USERNS, 1), (Level.OFF, 1)])
def test_the_command_ends_with_zero_exactly_where_level_full_is_to_be_had(machine, level, code, capsys):
    machine(level, WORKS)
    assert main(["doctor"]) == code
    assert f"Level {level}" in capsys.readouterr().out
