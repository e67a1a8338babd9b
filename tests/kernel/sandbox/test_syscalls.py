"""System calls by name, and the structures that they take."""

from __future__ import annotations

import errno
import os

import pytest

from autograder.kernel.sandbox import syscalls
from autograder.kernel.sandbox.syscalls import Rights


def test_a_call_returns_what_the_system_does():
    assert syscalls.call("getpid") == os.getpid()


def test_a_failure_is_an_os_error_that_names_the_call():
    with pytest.raises(OSError, match=r"chdir: No such file or directory") as caught:
        syscalls.call("chdir", b"/no/such/folder")
    assert caught.value.errno == errno.ENOENT


def test_a_negative_number_is_passed_in_the_whole_register():
    # lseek takes a 64-bit offset: with 32 bits, -1 would be 4,294,967,295, which is a place in a file.
    descriptor = os.open(__file__, os.O_RDONLY)
    try:
        with pytest.raises(OSError, match="lseek: Invalid argument"):
            syscalls.call("lseek", descriptor, -1, os.SEEK_SET)
    finally:
        os.close(descriptor)


def test_a_mount_that_is_refused_names_its_place():
    with pytest.raises(OSError, match="mount tmpfs at /no/such/folder: "):
        syscalls.mount("tmpfs", "/no/such/folder", "tmpfs", 0)


@pytest.mark.parametrize(("abi", "words"), [(1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (7, 3)])
def test_a_ruleset_has_only_the_fields_that_a_version_of_landlock_knows(abi, words):
    assert Rights(1, 2, 3).packed(abi) == b"".join(n.to_bytes(8, "little") for n in (1, 2, 3)[:words])


def test_a_system_without_landlock_has_version_0(monkeypatch):
    def refused(*_):
        raise OSError(errno.ENOSYS, "not implemented")

    monkeypatch.setattr(syscalls, "call", refused)
    assert syscalls.landlock_abi() == 0


def test_only_the_capabilities_that_are_kept_are_left(outside):
    code = "syscalls.set_capabilities(); result = capabilities()"
    assert outside.run(code).value == 0
