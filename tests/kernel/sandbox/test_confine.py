"""The steps that sandbox a process, one by one; `test_fork` and `test_walls` try them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.kernel.paths import KIT, PACKAGE
from autograder.kernel.sandbox import filesystem
from autograder.kernel.sandbox.confine import SandboxError, outside_paths, sandbox_step
from autograder.kernel.sandbox.policy import POLICY

STEPS = "from autograder.kernel.sandbox import confine\n"


def test_a_step_that_fails_is_named():
    with pytest.raises(SandboxError, match=r"^limits: no such limit$"), sandbox_step("limits"):
        raise OSError(22, "no such limit")


def test_an_error_without_a_number_is_told_in_its_own_words():
    with pytest.raises(SandboxError, match=r"^Landlock: this kernel has none$"), sandbox_step("Landlock"):
        raise OSError("this kernel has none")


def test_a_fault_of_the_programs_is_no_failed_step():
    with pytest.raises(ZeroDivisionError), sandbox_step("limits"):
        raise ZeroDivisionError


def test_only_the_descriptors_that_are_kept_stay_open_and_standard_ones_lead_nowhere(outside):
    code = f"""{STEPS}
kept, closed = os.dup(said), os.dup2(said, 200)
confine.keep_descriptors({{said, kept}})
result = [os.readlink(f'/proc/self/fd/{{n}}') for n in (0, 1, 2)], [int(n) for n in os.listdir('/proc/self/fd')], kept
result = [*result, said]
"""
    standard, left, kept, said = outside.run(code).value
    assert standard == ["/dev/null"] * 3
    # The listing itself has one descriptor open.
    assert {0, 1, 2, kept, said} <= set(left)
    assert len(left) == 6


def test_limits_are_set_and_cannot_be_raised_again(outside):
    code = f"""{STEPS}
confine.set_limits(POLICY, Level.FULL)
result = [resource.getrlimit(one) for one in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)]
"""
    bounds = (POLICY.descriptors, POLICY.scratch_bytes, 0)
    assert outside.run(code).value == [[bound, bound] for bound in bounds]


def test_a_lower_limit_of_the_machines_stays(outside):
    code = f"""{STEPS}
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
confine.set_limits(POLICY, Level.FULL)
result = resource.getrlimit(resource.RLIMIT_NOFILE)
"""
    assert outside.run(code).value == [100, 100]


def test_memory_is_counted_from_what_the_process_has(outside):
    code = f"""{STEPS}
confine.set_limits(POLICY, Level.FULL)
result = resource.getrlimit(resource.RLIMIT_AS)[0] - confine.address_space()
"""
    assert outside.run(code).value == POLICY.memory


def test_where_the_machines_folders_are_seen_the_package_is_not_among_them(monkeypatch):
    # As for an installed kit, whose package lies in a folder that kernels read.
    monkeypatch.setattr(filesystem, "STAFF", ())
    paths = [*outside_paths(POLICY, [KIT, PACKAGE / "kernel"])]
    assert {KIT / "cs231n", PACKAGE / "kernel"} <= set(paths)
    assert not {PACKAGE, *PACKAGE.parents} & set(paths)


def test_a_path_that_would_show_tests_or_solutions_is_refused(monkeypatch):
    monkeypatch.setattr(filesystem, "STAFF", (KIT / "tests",))
    with pytest.raises(OSError, match=r"move the kit to another folder"):
        [*outside_paths(POLICY, [KIT])]
    with pytest.raises(OSError, match=r"move the kit to another folder"):
        [*outside_paths(POLICY, [Path("/")])]
