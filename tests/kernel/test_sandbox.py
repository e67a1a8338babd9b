"""What a sandboxed process can't do. Each attack is run without the sandbox first, where it works."""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from autograder.kernel import sandbox, syscalls
from autograder.kernel.levels import Level
from autograder.kernel.policy import POLICY
from autograder.kernel.sandbox import SandboxError, enter_zygote

GONE_SECONDS = 20


@dataclass(frozen=True)
class Attack:
    """A piece of code, how it is refused, and what it comes to without the sandbox: it works, or fails otherwise."""

    code: str
    refusal: int = errno.EPERM
    control: int | None = None


FORKED = "\nif not pid: os._exit(0)\nos.waitpid(pid, 0)"
ATTACKS = {
    "fork": Attack(f"pid = os.fork(){FORKED}"),
    "clone without CLONE_THREAD": Attack(f"pid = call('clone', 17, 0, 0, 0, 0){FORKED}"),
    "a vfork for a program": Attack("subprocess.run(['/bin/true'], check=True)"),
    "a program in place of this one": Attack("os.execv('/nowhere', ['x'])", control=errno.ENOENT),
    "clone3, whose flags can't be looked at": Attack("call('clone3', None, 0)", errno.ENOSYS, control=errno.EINVAL),
    "memory in a nameless file": Attack("os.close(os.memfd_create('x'))"),
    "memory that outlives the process": Attack("call('shmctl', call('shmget', 0, 4096, 0o600), 0, None)"),
    "a message queue": Attack("call('msgctl', call('msgget', 0, 0o600), 0, None)"),
    "TCP": Attack("socket.socket().close()"),
    "UDP": Attack("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()"),
    "a Unix socket": Attack("socket.socket(socket.AF_UNIX).close()"),
    "netlink": Attack("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()"),
    "datagrams to any path": Attack("socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)"),
    "a filter program on a socket": Attack(
        "one, other = socket.socketpair()\none.setsockopt(1, 26, struct.pack('HxxxxxxP', 0, 0))", control=errno.EINVAL
    ),
    "being traced": Attack("call('ptrace', 0, 0, 0, 0)"),
    "another process's memory": Attack("call('process_vm_readv', os.getpid(), None, 0, None, 0, 0)"),
    "a user namespace": Attack("call('unshare', 0)"),
    "a mount": Attack("call('mount', None, None, None, 0, None)", control=errno.EFAULT),
    "another root": Attack("call('chroot', b'/nowhere')", control=errno.ENOENT),
    "a process by descriptor": Attack("os.close(os.pidfd_open(os.getpid()))"),
    "a signal to its parent": Attack("os.kill(stranger, 0)"),
    "a signal to all": Attack("os.kill(-1, 0)"),
    "a signal to a thread of another": Attack("call('tgkill', stranger, stranger, 0)"),
    "a signal by another call": Attack("call('tkill', os.getpid(), 0)"),
    "a signal by a file's owner": Attack("fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, stranger)"),
    "limits of its parent": Attack("resource.prlimit(stranger, resource.RLIMIT_CORE)"),
    "a session of its own": Attack("os.setsid()", control=errno.EPERM),
    "outliving its parent": Attack("call('prctl', 1, 0, 0, 0, 0)"),
    "core dumps": Attack("call('prctl', 4, 1, 0, 0, 0)"),
    "another filter": Attack("call('prctl', 22, 2, None, 0, 0)", control=errno.EFAULT),
    "file locks without number": Attack("fcntl.lockf(open('x', 'w'), fcntl.LOCK_EX)"),
    "locking others out of a file": Attack("fcntl.flock(open('x', 'w'), fcntl.LOCK_EX)", errno.ENOSYS),
    "large pipes": Attack("fcntl.fcntl(os.pipe()[0], fcntl.F_SETPIPE_SZ, 1 << 17)"),
    "moving pages between pipes": Attack("call('splice', -1, None, -1, None, 0, 0)", control=None),
    "watching files": Attack("call('inotify_init1', 0)"),
    "the execution domain": Attack("call('personality', 0xFFFFFFFF)"),
    "a file by handle": Attack("call('name_to_handle_at', -1, b'', None, None, 0)", control=errno.ENOENT),
    "keys": Attack("call('keyctl', 0, -3, 0, 0, 0)"),
    "io_uring": Attack("call('io_uring_setup', 1, None)", control=errno.EFAULT),
    "BPF": Attack("call('bpf', 99, None, 0)", control=errno.EINVAL),
    "performance counters": Attack("call('perf_event_open', None, 0, 0, 0, 0)", control=errno.EFAULT),
    "faults handled by itself": Attack("call('userfaultfd', 4096)", control=errno.EINVAL),
    "emptying a file that is only read": Attack("os.open('x', os.O_CREAT | os.O_TRUNC)"),
    "a named pipe": Attack("os.mkfifo('x')"),
    "a file's owner": Attack("os.chown('.', os.getuid(), os.getgid())"),
    "page sharing settings": Attack("call('mbind', None, 0, 0, None, 0, 0)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_works_outside_and_is_refused_inside(name, inside, outside):
    attack = ATTACKS[name]
    control = outside.run(attack.code, stranger=os.getpid())
    if attack.control is None:
        assert not control.error, f"no proof without a control: {control}"
    elif control.number == attack.refusal:
        pytest.skip(f"this machine refuses it to everybody ({control.text})")
    else:
        assert control.number == attack.control
    refused = inside.run(attack.code, stranger=os.getpid())
    assert (refused.number, refused.sandbox) == (attack.refusal, ""), refused
