"""Which levels a machine offers."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from autograder.kernel.sandbox import levels, remedies
from autograder.kernel.sandbox.levels import Level, ProbeResult, best, probe

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


def test_all_parts_are_tried_here_and_what_fails_says_what_to_do():
    steps = probe()
    assert {"Landlock", "user namespace", "a kernel at level full", "a kernel at level no-userns"} <= {
        one.name for one in steps
    }
    for one in steps:
        assert one.outcome
        assert bool(one.remedy) is not one.works


def test_the_whole_works_exactly_where_its_parts_do():
    for level in BOTH:
        needed = {one.name: one.works for one in probe() if level in one.needed_for}
        whole = needed.pop(f"a kernel at level {level}")
        assert whole is all(needed.values())


@pytest.mark.skipif(os.getuid() == 0, reason="root in a namespace of its own has no other user to become")
def test_where_user_namespaces_are_switched_off_no_userns_is_left_and_the_switch_is_named(outside):
    if best() is not Level.FULL:
        pytest.skip("this machine has none that could be switched off")
    code = """
uid, gid = os.getuid(), os.getgid()
syscalls.unshare('user')
credentials.map_to(uid, uid, gid)
Path('/proc/sys/user/max_user_namespaces').write_text('0')
syscalls.set_capabilities()
from autograder.kernel.sandbox import probe
result = [[one.name, one.works, one.remedy] for one in map(probe.run_probe, probe.probes(Path.cwd()))]
"""
    tried = {name: (works, remedy) for name, works, remedy in outside.run(code).value}
    assert tried["a kernel at level no-userns"][0]
    assert not tried["a kernel at level full"][0]
    assert "user.max_user_namespaces" in tried["user namespace"][1]


def test_nothing_is_left_of_a_probe(tmp_path):
    assert not os.path.exists("/hand-in")
    command = [sys.executable, "-c", "from autograder.kernel.sandbox import probe; probe.print_results()"]
    # In a folder for temporary files of its own: other processes use the machine's at the same time.
    surroundings = {**os.environ, "TMPDIR": str(tmp_path)}
    ended = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    assert not os.listdir(tmp_path)


def test_elsewhere_than_on_linux_only_off_is_to_be_had(monkeypatch):
    probe.cache_clear()
    monkeypatch.setattr(sys, "platform", "darwin")
    try:
        assert best() is Level.OFF
        assert "this is darwin" in probe()[0].outcome
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


@pytest.mark.parametrize(("name", "off", "command"), remedies.SWITCHES)
def test_a_switch_that_is_off_is_named(tmp_path, monkeypatch, name, off, command):
    monkeypatch.setattr(remedies, "SETTINGS", tmp_path)
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{off}\n")
    assert command in remedies.for_user_namespace()
    file.write_text("7\n")
    assert command not in remedies.for_user_namespace()
