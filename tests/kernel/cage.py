"""A program that runs pieces of code in sandboxed processes, for tests; see `Cage` in conftest.py.

It reads requests as lines of JSON, forks a process for each, runs its code there, and writes what came of it as a line
of JSON: the value that the code left in ``result``, or how it failed.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import errno
import fcntl
import json
import mmap
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from autograder.kernel.sandbox import credentials, filesystem, landlock, seccomp, syscall_numbers, syscalls
from autograder.kernel.sandbox.fork import Resources, SandboxError, enter_zygote, fork
from autograder.kernel.sandbox.levels import Level
from autograder.kernel.sandbox.policy import POLICY

# For the code that is run: some processes can't load more of Python's library.
LOADED = (
    errno,
    fcntl,
    credentials,
    landlock,
    mmap,
    resource,
    filesystem,
    seccomp,
    socket,
    subprocess,
    tempfile,
    threading,
    time,
)
SECONDS = 30
WITHOUT_FILTER = dataclasses.replace(
    POLICY, allowed=tuple(syscall_numbers.syscall_table()), refused=(), refused_outside=(), conditions=()
)


def call(name: str, *arguments: int | bytes | None) -> int:
    return syscalls.call(name, *arguments)


def capabilities() -> int:
    sets = ctypes.create_string_buffer(24)
    header = struct.pack("Ii", syscalls.CAPABILITY_VERSION_3, 0)
    syscalls.libc().syscall(ctypes.c_long(syscall_numbers.syscall_table()["capget"]), header, sets)
    return int.from_bytes(sets.raw, "little")


def perform(code: str, given: dict[str, object]) -> dict[str, object]:
    names = {**globals(), **given}
    try:
        exec(code, names)
    except BaseException as fault:
        number = fault.errno if isinstance(fault, OSError) else None
        return {"error": type(fault).__name__, "number": number, "text": str(fault)}
    return {"value": names.get("result")}


def serve(level: Level, readable: tuple[Path, ...], request: dict[str, Any]) -> dict[str, object]:
    heard, said = os.pipe()
    secret = os.open("/dev/zero", os.O_RDONLY)
    resources = Resources(Path(request["scratch"]), readable, (said,))
    try:
        kernel = fork(level, WITHOUT_FILTER if request["unfiltered"] else POLICY, resources)
    except SandboxError as fault:
        for descriptor in (heard, said, secret):
            os.close(descriptor)
        return {"sandbox": str(fault)}
    if kernel is None:
        os.chdir(request["scratch"])
        given = {**request["given"], "said": said, "secret": secret}
        os.write(said, json.dumps(perform(request["code"], given)).encode())
        os._exit(0)
    os.close(said)
    os.close(secret)
    if request["announce"]:
        print(json.dumps({"forked": True}), flush=True)
    return await_answer(kernel, heard)


def await_answer(kernel: int, heard: int) -> dict[str, object]:
    parts = []
    while select.select([heard], [], [], SECONDS)[0] and (part := os.read(heard, 1 << 16)):
        parts.append(part)
    os.close(heard)
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(kernel, signal.SIGKILL)
    end = os.waitid(os.P_PIDFD, kernel, os.WEXITED)
    os.close(kernel)
    return json.loads(b"".join(parts)) if parts else {"error": "no answer", "text": f"{end}"}


def main() -> None:
    level, readable = Level(sys.argv[1]), tuple(map(Path, sys.argv[2:]))
    try:
        enter_zygote(level, POLICY, readable)
    except SandboxError as fault:
        print(json.dumps({"sandbox": str(fault)}), flush=True)
        return
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(serve(level, readable, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
