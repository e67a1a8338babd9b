"""Makes the filter of system calls: a BPF program from the policy's lists.

What it sees is linux/seccomp.h's ``struct seccomp_data``: number, architecture, instruction pointer, six arguments.
"""

from __future__ import annotations

import errno
import functools
import os
import struct
from collections.abc import Iterable, Iterator

from . import syscalls
from .levels import Level
from .policy import OWN_PID, Condition, Policy
from .syscall_numbers import AUDIT_ARCHITECTURES, syscall_table

LOAD, AND = 0x20, 0x54
JUMP_EQUAL, JUMP_GREATER, JUMP_AT_LEAST = 0x15, 0x25, 0x35
RETURN = 0x06
ALLOW, ERRNO = 0x7FFF_0000, 0x0005_0000
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
INSTRUCTION = struct.Struct("<HBBI")


def apply_filter(policy: Policy, level: Level) -> None:
    """Put this thread, and those that it will start, under the policy's filter for good."""
    syscalls.install_filter(assemble(policy, level, os.uname().machine, os.getpid()))


@functools.cache
def assemble(policy: Policy, level: Level, machine: str, pid: int) -> bytes:
    """Return the filter.

    Args:
        policy: Names of calls and conditions.
        level: At any level but full, some more calls are refused.
        machine: The kind of processor, as `os.uname` names it.
        pid: The number that `OWN_PID` stands for.
    """
    known = syscall_table(machine)
    program = [
        *instruction(LOAD, ARCHITECTURE),
        # First of all: the same number is another call in each architecture.
        *instruction(JUMP_EQUAL, AUDIT_ARCHITECTURES[machine], 1, 0),
        *refuse_with(errno.ENOSYS),  # the 32-bit calls of the same machine
        *instruction(LOAD, NUMBER),
    ]
    refused = [*policy.refused, *(() if level is Level.FULL else policy.refused_outside)]
    allowed = set(policy.allowed).difference(refused)
    # Runs of numbers keep the program short, and allowed calls come first: it runs through at every system call.
    for first, last in runs(known[name] for name in allowed if name in known):
        program += allow_run(first, last)
    for name, conditions in policy.conditions:
        if name in known:
            program += when(known[name], [*condition_block(conditions, pid)])
    for name in refused:
        if name in known:
            program += when(known[name], [*refuse_with(errno.EPERM)])
    # What is left: unknown calls, clone3, and on x86_64 the x32 calls, whose numbers have bit 30 set.
    return b"".join([*program, *refuse_with(errno.ENOSYS)])


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> Iterator[bytes]:
    """Yield one instruction; jumps count instructions from the next one."""
    yield INSTRUCTION.pack(code, if_true, if_false, value)


def refuse_with(number: int) -> Iterator[bytes]:
    """Yield the instruction that makes a call fail with an errno."""
    return instruction(RETURN, ERRNO | number)


def runs(values: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last of each run of numbers without a gap."""
    first = last = None
    for value in sorted(values):
        if first is None or last is None:
            first = last = value
        elif value <= last + 1:
            last = value
        else:
            yield first, last
            first = last = value
    if first is not None and last is not None:
        yield first, last


def allow_run(first: int, last: int) -> Iterator[bytes]:
    """Yield the instructions that allow the calls of one run."""
    yield from instruction(JUMP_AT_LEAST, first, 0, 2)
    yield from instruction(JUMP_GREATER, last, 1, 0)
    yield from instruction(RETURN, ALLOW)


def when(number: int, block: list[bytes]) -> Iterator[bytes]:
    """Yield a block, which ends in a return, that is run for one call only."""
    # A jump's offset is one byte: a block has fewer than 256 instructions.
    yield from instruction(JUMP_EQUAL, number, 0, len(block))
    yield from block


def condition_block(conditions: tuple[Condition, ...], pid: int) -> Iterator[bytes]:
    """Yield the instructions that allow a call when its arguments meet all conditions."""
    for condition in conditions:
        # The low half of a 64-bit argument. Linux takes the arguments with conditions as 32-bit numbers and ignores the
        # rest.
        yield from instruction(LOAD, ARGUMENTS + 8 * condition.argument)
        yield from instruction(AND, condition.mask)
        count = len(condition.values)
        for index, value in enumerate(condition.values):
            yield from instruction(JUMP_EQUAL, pid if value == OWN_PID else value, count - index, 0)
        yield from refuse_with(condition.fault)
    yield from instruction(RETURN, ALLOW)
