"""deploy/seccomp.json: what Docker allows by default, and what level full needs besides."""

from __future__ import annotations

import json
import re

from autograder.course.paths import KIT_ROOT, PACKAGE

PROFILE = json.loads((KIT_ROOT / "deploy" / "seccomp.json").read_text(encoding="utf-8"))
# Calls are made by their names in this module; this one is the standard library's.
CALLS = re.compile(r'\bcall\("(\w+)"')
BY_THE_LIBRARY = {"sethostname"}
CONDITIONS = ("args", "includes", "excludes")


def allowed() -> set[str]:
    """Return the calls that are allowed whatever their arguments."""
    rules = [rule for rule in PROFILE["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW"]
    return {name for rule in rules if not any(map(rule.get, CONDITIONS)) for name in rule["names"]}


def test_whatever_the_sandbox_calls_is_allowed():
    source = (PACKAGE / "kernel" / "sandbox" / "syscalls.py").read_text(encoding="utf-8")
    called = set(CALLS.findall(source))
    assert {"unshare", "mount", "pivot_root", "seccomp", "landlock_restrict_self"} <= called
    assert called | BY_THE_LIBRARY <= allowed()


def test_what_it_adds_is_said_in_one_place_and_is_needed():
    (added,) = (rule for rule in PROFILE["syscalls"] if "comment" in rule)
    source = (PACKAGE / "kernel" / "sandbox" / "syscalls.py").read_text(encoding="utf-8")
    assert set(added["names"]) <= set(CALLS.findall(source)) | BY_THE_LIBRARY


def test_what_reaches_the_machine_is_refused():
    named = {name for rule in PROFILE["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}
    assert PROFILE["defaultAction"] == "SCMP_ACT_ERRNO"
    assert not named & {
        *(
            "bpf",
            "perf_event_open",
            "init_module",
            "finit_module",
            "kexec_load",
            "reboot",
            "swapon",
            "add_key",
            "keyctl",
        ),
        *("open_by_handle_at", "setns", "userfaultfd", "iopl", "ioperm", "settimeofday", "io_uring_setup"),
    }
