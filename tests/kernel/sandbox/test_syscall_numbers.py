"""The tables of system calls."""

from __future__ import annotations

import pytest

from autograder.kernel.sandbox.syscall_numbers import AUDIT_ARCHITECTURES, TABLES, UnknownMachineError, syscall_table


def test_a_machine_without_a_table_is_named():
    with pytest.raises(UnknownMachineError, match="x86_64, aarch64, not for riscv64"):
        syscall_table("riscv64")


def test_python_knows_the_same_number_of_a_call(outside):
    assert outside.run("result = call('getpid') == os.getpid()").value is True


@pytest.mark.parametrize("machine", TABLES)
def test_each_number_stands_for_one_call(machine):
    table = syscall_table(machine)
    assert len(set(table.values())) == len(table)


def test_filters_know_the_architecture_of_each_table():
    assert set(AUDIT_ARCHITECTURES) == set(TABLES)
