"""Landlock alone: what a process can reach after it."""

from __future__ import annotations

import errno
import os
import shutil
import socket

import pytest

from autograder.kernel.sandbox import landlock, syscalls

APPLY = """
syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
landlock.restrict([Path(one) for one in readable], [Path(one) for one in writable], [Path('/dev/null')])
"""
NEEDS_LANDLOCK = pytest.mark.skipif(not syscalls.landlock_abi(), reason="this kernel has no Landlock")


@pytest.fixture
def attempt(outside, tmp_path):
    """Return a function that runs code with and without Landlock; the code has its paths as names."""
    paths = {name: [str(tmp_path / name)] for name in ("readable", "writable")}
    given = {"r": paths["readable"][0], "w": paths["writable"][0], "c": str(tmp_path / "closed"), **paths}

    def furnish():
        for name in ("readable", "writable", "closed"):
            shutil.rmtree(tmp_path / name, ignore_errors=True)
            (tmp_path / name).mkdir()
            (tmp_path / name / "file").write_text(name)

    def attempt(code):
        furnish()
        control = outside.run(code, **given)
        furnish()
        return control, outside.run(APPLY + code, **given)

    return attempt


ALLOWED = [
    "open(f'{r}/file').read()",
    "os.listdir(r)",
    "open(f'{w}/made', 'w').write('x')",
    "os.makedirs(f'{w}/a/b', exist_ok=True)",
    "open(f'{w}/file', 'r+').truncate(1)",
    "open(f'{w}/gone', 'w').close(); os.unlink(f'{w}/gone')",
    "open('/dev/null', 'w').write('x')",
]
REFUSED = [
    "open(f'{c}/file').read()",
    "os.listdir(c)",
    "open(f'{r}/file', 'r+')",
    "open(f'{r}/made', 'w')",
    "os.mkdir(f'{r}/folder')",
    "os.unlink(f'{r}/file')",
    "os.rename(f'{c}/file', f'{w}/stolen')",
    "os.link(f'{c}/file', f'{w}/linked')",
    "os.mkfifo(f'{w}/pipe')",
    "open('/dev/zero').close()",
    "open('/proc/self/environ').read()",
]


@NEEDS_LANDLOCK
@pytest.mark.parametrize("code", ALLOWED)
def test_what_was_named_can_be_used(attempt, code):
    control, answer = attempt(code)
    assert not control.error
    assert not answer.error


@NEEDS_LANDLOCK
@pytest.mark.parametrize("code", REFUSED)
def test_nothing_else_can_be(attempt, code):
    control, answer = attempt(code)
    assert not control.error
    assert answer.number in (errno.EACCES, errno.EXDEV)


@NEEDS_LANDLOCK
def test_programs_cannot_be_run(attempt):
    control, answer = attempt("subprocess.run(['/bin/true'], check=True)")
    assert not control.error
    assert answer.number == errno.EACCES


@pytest.mark.skipif(syscalls.landlock_abi() < landlock.NETWORK_ABI, reason="this version does not know of networks")
def test_tcp_is_refused(attempt):
    with socket.create_server(("127.0.0.1", 0)) as server:
        for code in (
            f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}))",
            "socket.create_server(('127.0.0.1', 0))",
        ):
            control, answer = attempt(code)
            assert not control.error
            assert answer.number == errno.EACCES


@pytest.mark.skipif(syscalls.landlock_abi() < landlock.SCOPE_ABI, reason="this version does not know of scopes")
def test_signals_and_abstract_sockets_are_refused(attempt):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0autograder-test-{os.getpid()}")
        server.listen()
        for code in (
            f"os.kill({os.getpid()}, 0)",
            f"socket.socket(socket.AF_UNIX).connect('\\0autograder-test-{os.getpid()}')",
        ):
            control, answer = attempt(code)
            assert not control.error
            assert answer.number == errno.EPERM


def test_each_version_takes_away_what_it_knows():
    known = {abi: landlock.rights(abi) for abi in range(1, 9)}
    assert [known[abi].files.bit_length() for abi in known] == [13, 14, 15, 15, 16, 16, 16, 16]
    assert [known[abi].network for abi in known] == [0, 0, 0, 3, 3, 3, 3, 3]
    assert [known[abi].scope for abi in known] == [0, 0, 0, 0, 0, 3, 3, 3]
    assert [len(rights.packed(abi)) for abi, rights in known.items()] == [8, 8, 8, 16, 16, 24, 24, 24]


def test_a_hidden_folder_is_left_out_of_what_holds_it(tmp_path):
    for name in ("a/hidden", "a/shown", "b"):
        (tmp_path / name).mkdir(parents=True)
    hidden = tmp_path / "a/hidden"
    assert list(landlock.paths_except(tmp_path, hidden)) == [tmp_path / "a/shown", tmp_path / "b"]
    assert list(landlock.paths_except(tmp_path / "b", hidden)) == [tmp_path / "b"]
    assert list(landlock.paths_except(hidden, hidden)) == []


def test_a_kernel_without_landlock_is_named(monkeypatch):
    monkeypatch.setattr(syscalls, "landlock_abi", lambda: 0)
    with pytest.raises(OSError, match="this kernel has none"):
        landlock.restrict([], [], [])
