"""The lists of system calls in the policy are consistent."""

from __future__ import annotations

from autograder.kernel.sandbox.policy import POLICY
from autograder.kernel.sandbox.syscall_numbers import TABLES


def test_each_call_stands_on_one_list():
    names = [*POLICY.allowed, *POLICY.refused, *dict(POLICY.conditions)]
    assert sorted(names) == sorted(set(names))
    assert set(POLICY.refused_outside) <= set(POLICY.allowed)


def test_each_name_is_known_on_some_machine():
    known = {name for table in TABLES.values() for name in table}
    assert {*POLICY.allowed, *POLICY.refused, *dict(POLICY.conditions)} <= known
