"""Parts of the sandbox are tried in processes of their own, of which nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from autograder.kernel.sandbox.levels import Level, best, probe
from autograder.kernel.sandbox.probe import BOTH, Probe, run_probe

# From Python 3.12 on, a fork beside the threads of pytest-xdist is warned of. Probes themselves run without threads.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def outcome_of(attempt):
    return run_probe(Probe("a part", attempt, lambda: "what to do", BOTH))


def test_a_part_that_works_says_what_was_found_and_needs_no_remedy():
    result = outcome_of(lambda: "version 7")
    assert (result.name, result.works, result.outcome, result.remedy, result.needed_for) == (
        "a part",
        True,
        "version 7",
        "",
        BOTH,
    )


def refused():
    raise OSError(1, "Operation not permitted")


def no_table():
    raise LookupError("no table")


@pytest.mark.parametrize(
    ("attempt", "told"),
    [
        (refused, "Operation not permitted"),
        (no_table, "no table"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), "its process was ended"),
    ],
)
def test_a_part_that_fails_says_why_and_what_to_do(attempt, told):
    result = outcome_of(attempt)
    assert (result.works, result.outcome, result.remedy) == (False, told, "what to do")


def test_what_a_probe_changes_stays_in_its_process():
    before = os.getcwd()
    assert outcome_of(lambda: os.chdir("/") or os.getcwd()).outcome == "/"
    assert os.getcwd() == before


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
