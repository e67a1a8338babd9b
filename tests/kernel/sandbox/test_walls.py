"""The walls behind the filter hold by themselves."""

from __future__ import annotations

import errno
import os
import socket
import tempfile


class TestBehindTheFilter:
    """The other walls hold by themselves: here, every system call is let through."""

    def test_the_filter_is_off(self, full):
        assert not full.run("socket.socket().close()", unfiltered=True).error
        assert full.run("socket.socket().close()").number == errno.EPERM

    def test_the_machines_network_is_not_there(self, full, outside):
        code = "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))"
        assert not outside.run(code).error
        assert full.run(code, unfiltered=True).number == errno.ENETUNREACH

    def test_the_machines_shared_memory_is_not_there(self, full, outside):
        made = outside.run(f"result = call('shmget', {os.getpid()}, 4096, 0o1666)").value
        try:
            code = f"call('shmget', {os.getpid()}, 4096, 0)"
            assert not outside.run(code).error
            assert full.run(code, unfiltered=True).number == errno.ENOENT
        finally:
            outside.run(f"call('shmctl', {made}, 0, None)")

    def test_sockets_of_the_machine_are_not_there(self, full, outside):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
            server.bind(f"{folder}/s")
            server.listen()
            code = f"socket.socket(socket.AF_UNIX).connect('{folder}/s')"
            assert not outside.run(code).error
            assert full.run(code, unfiltered=True).number == errno.ENOENT

    def test_abstract_sockets_of_the_machine_are_not_there(self, full, outside):
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(f"\0autograder-test-{os.getpid()}")
            server.listen()
            code = f"socket.socket(socket.AF_UNIX).connect('\\0autograder-test-{os.getpid()}')"
            assert not outside.run(code).error
            assert full.run(code, unfiltered=True).error

    def test_other_processes_cannot_be_reached(self, full, outside):
        code = f"os.kill({os.getpid()}, 0)"
        assert not outside.run(code).error
        assert full.run(code, unfiltered=True).number == errno.ESRCH

    def test_programs_cannot_be_run(self, full):
        code = "os.execv('/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2', ['ld'])"
        assert full.run(code, unfiltered=True).number in (errno.EACCES, errno.ENOENT)

    def test_mounts_cannot_be_undone(self, full):
        for code in ("call('umount2', b'/hand-in', 2)", "call('mount', None, b'/', None, 0x1020, None)"):
            assert full.run(code, unfiltered=True).number == errno.EPERM

    def test_another_root_cannot_be_made_in_a_namespace_of_its_own(self, full):
        code = "syscalls.unshare('user', 'mount'); syscalls.mount('tmpfs', '/hand-in', 'tmpfs', 0)"
        assert full.run(code, unfiltered=True).number in (errno.EPERM, errno.EACCES)
