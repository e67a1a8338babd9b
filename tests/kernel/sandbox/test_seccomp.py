"""The filter of system calls, run here as the kernel would run it, and applied for real."""

from __future__ import annotations

import errno
import os
import platform

import pytest

from autograder.kernel.sandbox import seccomp
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.sandbox.policy import POLICY
from autograder.kernel.sandbox.syscall_numbers import AUDIT_ARCHITECTURES, TABLES, syscall_table

PID = 4711
ALLOWED = "allowed"
I386 = 0x40000003
ONLY_X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="x86_64 has a second set of system calls")


def verdict(machine: str, number: int, *arguments: int, level: Level = Level.FULL, architecture: int = 0) -> str | int:
    """Return what the filter says of a call: ALLOWED or an errno."""
    program = list(seccomp.INSTRUCTION.iter_unpack(seccomp.assemble(POLICY, level, machine, PID)))
    words = {seccomp.NUMBER: number, seccomp.ARCHITECTURE: architecture or AUDIT_ARCHITECTURES[machine]}
    for index, argument in enumerate((*arguments, 0, 0, 0, 0, 0, 0)[:6]):
        words[seccomp.ARGUMENTS + 8 * index] = argument & 0xFFFFFFFF
    held, place = 0, 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        if code == seccomp.LOAD:
            held = words[value]
        elif code == seccomp.AND:
            held &= value
        elif code == seccomp.RETURN:
            return ALLOWED if value == seccomp.ALLOW else value & 0xFFFF
        else:
            tests = {seccomp.JUMP_EQUAL: held == value, seccomp.JUMP_GREATER: held > value}
            place += if_true if tests.get(code, held >= value) else if_false


@pytest.fixture(params=list(TABLES))
def machine(request):
    return request.param


def test_every_allowed_call_is_let_through(machine):
    table = syscall_table(machine)
    wrong = {name for name in POLICY.allowed if name in table and verdict(machine, table[name]) != ALLOWED}
    assert not wrong


@pytest.mark.parametrize("level", [Level.FULL, Level.NO_USERNS])
def test_every_refused_call_is_not_permitted(machine, level):
    table = syscall_table(machine)
    wrong = {
        name for name in POLICY.refused if name in table and verdict(machine, table[name], level=level) != errno.EPERM
    }
    assert not wrong


def test_what_landlock_does_not_see_is_refused_where_files_are_the_machines_own(machine):
    table = syscall_table(machine)
    for name in POLICY.refused_outside:
        if name in table:
            assert verdict(machine, table[name]) == ALLOWED
            assert verdict(machine, table[name], level=Level.NO_USERNS) == errno.EPERM


def test_whatever_is_on_no_list_is_not_implemented(machine):
    table = syscall_table(machine)
    listed = {table[name] for name in (*POLICY.allowed, *POLICY.refused, *dict(POLICY.conditions)) if name in table}
    for number in {*range(1024), 0xFFFFFFFF} - listed:
        assert verdict(machine, number) == errno.ENOSYS, number


def test_calls_of_another_architecture_are_not_implemented(machine):
    for number in range(512):
        assert verdict(machine, number, architecture=I386) == errno.ENOSYS


def test_x32_calls_are_not_implemented():
    assert verdict("x86_64", 1 << 30 | syscall_table("x86_64")["getpid"]) == errno.ENOSYS


THREAD = 0x00010000 | 0x00000100 | 0x00000200 | 0x00000400 | 0x00000800
CONDITIONED = [
    ("clone", (THREAD,), ALLOWED),
    ("clone", (17,), errno.EPERM),
    ("clone", (THREAD | 0x10000000,), errno.EPERM),
    ("kill", (PID, 2), ALLOWED),
    ("kill", (PID + 1, 2), errno.EPERM),
    ("kill", (0, 2), errno.EPERM),
    ("kill", (-1, 9), errno.EPERM),
    ("tgkill", (PID, 5, 6), ALLOWED),
    ("tgkill", (5, 5, 6), errno.EPERM),
    ("prlimit64", (0, 7), ALLOWED),
    ("prlimit64", (PID, 7), ALLOWED),
    ("prlimit64", (1, 7), errno.EPERM),
    ("socketpair", (1, 1), ALLOWED),
    ("socketpair", (1, 1 | 0x80800), ALLOWED),
    ("socketpair", (1, 2), errno.EPERM),
    ("socketpair", (30, 1), errno.EPERM),
    ("ioctl", (0, 0x5413), ALLOWED),
    ("ioctl", (0, 0x5412), errno.ENOTTY),
    ("fcntl", (0, 1030), ALLOWED),
    ("fcntl", (0, 6), errno.EPERM),
    ("fcntl", (0, 8), errno.EPERM),
    ("fcntl", (0, 1031), errno.EPERM),
    ("prctl", (15,), ALLOWED),
    ("prctl", (1,), errno.EPERM),
    ("openat", (-100, 0, 0x241), ALLOWED),
    ("openat", (-100, 0, 0x80000), ALLOWED),
    ("openat", (-100, 0, 0x200), errno.EPERM),
    ("setsockopt", (3, 1, 7), ALLOWED),
    ("setsockopt", (3, 1, 26), errno.EPERM),
    ("setsockopt", (3, 6, 7), errno.EPERM),
    ("futex", (1, 0x80), ALLOWED),
    ("futex", (1, 0x189), ALLOWED),
    ("futex", (1, 0), errno.EAGAIN),
    ("futex", (1, 1), errno.EAGAIN),
    ("madvise", (1, 4096, 4), ALLOWED),
    ("madvise", (1, 4096, 14), ALLOWED),
    ("madvise", (1, 4096, 3), errno.EINVAL),
    ("madvise", (1, 4096, 21), errno.EINVAL),
    ("sched_setscheduler", (9, 0), ALLOWED),
    ("sched_setscheduler", (9, 1), errno.EPERM),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CONDITIONED)
def test_some_calls_depend_on_their_arguments(machine, name, arguments, expected):
    assert verdict(machine, syscall_table(machine)[name], *arguments) == expected


def test_runs_of_numbers_are_told_apart():
    assert list(seccomp.runs([5, 1, 2, 3, 9])) == [(1, 3), (5, 5), (9, 9)]
    assert list(seccomp.runs([])) == []


@ONLY_X86
def test_32_bit_calls_are_not_there(inside, outside):
    # mov eax, 20 (getpid); int 0x80; ret
    code = """
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex('b814000000cd80c3'))
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
result = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
"""
    if outside.run(code).value in (None, -errno.ENOSYS):
        pytest.skip("this machine has no 32-bit calls")
    assert inside.run(code).value == -errno.ENOSYS


@ONLY_X86
def test_x32_calls_are_not_there(inside):
    code = "ctypes.set_errno(0); syscalls.libc().syscall(0x40000027); result = ctypes.get_errno()"
    assert inside.run(code).value == errno.ENOSYS


def test_the_filter_binds_threads_started_after_it(inside):
    code = """
caught = []
def attempt():
    try: os.fork() or os._exit(0)
    except OSError as fault: caught.append(fault.errno)
thread = threading.Thread(target=attempt); thread.start(); thread.join()
result = caught
"""
    assert inside.run(code).value == [errno.EPERM]


def test_the_filter_alone_refuses_and_leaves_files_alone(outside):
    code = f"""
syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
seccomp.apply_filter(POLICY, Level.FULL)
result = open({os.fspath(__file__)!r}).readline()
os.fork()
"""
    answer = outside.run(code)
    assert answer.number == errno.EPERM
