"""Zygotes as the grader sees them: shared, replaced when they die, and ended with the grader, however that ends."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from autograder.kernel import control
from autograder.kernel import zygote_client as module
from autograder.kernel.control import CHANNELS, READY, Descriptors, ForkRequest
from autograder.kernel.kind import KernelKind
from autograder.kernel.provisioner import listener
from autograder.kernel.sandbox.filesystem import SCRATCH
from autograder.kernel.sandbox.fork import SandboxError
from autograder.kernel.sandbox.levels import Level, best
from autograder.kernel.zygote_client import ForkedKernel, ZygoteClient, zygote_environment
from tests.support.sampling import some, thorough

SECONDS = 30


@contextlib.contextmanager
def kernel(zygote_client: ZygoteClient, folder: Path) -> Iterator[ForkedKernel]:
    """A kernel that is ready."""
    prefix = folder / "k"
    ports = {f"{name}_port": number for number, name in enumerate(CHANNELS, start=1)}
    connection = {"transport": "ipc", "ip": str(prefix), "key": "", "signature_scheme": "hmac-sha256", **ports}
    sockets = {name: listener(f"{prefix}-{number}") for number, name in enumerate(CHANNELS, start=1)}
    ready, theirs = os.pipe()
    descriptors = Descriptors({name: one.fileno() for name, one in sockets.items()}, theirs, ())
    place = str(SCRATCH) if best() is Level.FULL else str(folder)
    environment = {"HOME": place, "MPLCONFIGDIR": place}
    try:
        forked = zygote_client.fork(ForkRequest(connection, place, environment), descriptors)
        os.close(theirs)
        assert os.read(ready, 1 << 16) == READY
        yield forked
        forked.process.close()
    finally:
        os.close(ready)
        for number, one in enumerate(sockets.values(), start=1):
            one.close()
            Path(f"{prefix}-{number}").unlink()


def has_ended(descriptor: int) -> bool:
    """Wait for the end of the process that a pidfd stands for, and return whether it came."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(1000 * SECONDS))


@pytest.fixture
def folders(scratch: Path) -> Iterator[tuple[Path, Path]]:
    made = scratch / "1", scratch / "2"
    for folder in made:
        folder.mkdir()
    yield made
    for folder in made:
        folder.rmdir()


def test_kernels_come_from_one_zygote(zygote_client, folders):
    with kernel(zygote_client, folders[0]) as one, kernel(zygote_client, folders[1]) as other:
        assert one.zygote is other.zygote
        assert one.process.pid != other.process.pid
        assert one.process.alive
        assert other.process.alive


def test_a_zygote_that_was_killed_takes_its_kernels_along_and_is_replaced(zygote_client, folders):
    with kernel(zygote_client, folders[0]) as orphan:
        os.kill(orphan.zygote.pid, signal.SIGKILL)
        assert has_ended(orphan.process.fileno())
        assert not orphan.zygote.alive
        with kernel(zygote_client, folders[1]) as next_one:
            assert next_one.zygote is not orphan.zygote
            assert next_one.process.alive


def test_an_answer_that_was_not_waited_for_is_not_taken_for_the_next_ones(zygote_client, folders, monkeypatch):
    with kernel(zygote_client, folders[0]) as before:
        with monkeypatch.context() as patch:
            patch.setattr(control, "receive", interrupted)
            with pytest.raises(KeyboardInterrupt), kernel(zygote_client, folders[1]):
                pass
        with kernel(zygote_client, folders[1]) as after:
            assert after.zygote is not before.zygote
            assert after.process.alive


def interrupted(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_closing_a_client_ends_its_kernels_and_its_zygote_and_it_can_be_used_again(zygote_client, folders):
    with kernel(zygote_client, folders[0]) as forked:
        zygote_client.close()
        assert has_ended(forked.process.fileno())
        assert not psutil.pid_exists(forked.zygote.pid)
        with kernel(zygote_client, folders[1]) as later:
            assert later.process.alive


def test_a_zygote_that_does_not_start_is_an_error_that_says_so(zygote_client, folders, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(SandboxError, match="starting a zygote: no answer"), kernel(zygote_client, folders[0]):
        pass


def test_what_goes_wrong_in_a_starting_zygote_is_told(zygote_client, folders, monkeypatch):
    monkeypatch.setattr(module, "SETTINGS", {**module.SETTINGS, "MPLBACKEND": "no such backend"})
    with pytest.raises(SandboxError, match="no such backend"), kernel(zygote_client, folders[0]):
        pass


def test_a_zygote_gets_nothing_of_the_graders_environment_but_what_is_listed(monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SALT", "secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert "AUTOGRADER_SALT" not in zygote_environment()
    assert zygote_environment()["LANG"] == "C.UTF-8"


GRADER = """
import os, sys, tempfile
from pathlib import Path
sys.path.insert(0, {here!r})
from test_zygote_client import kernel
from autograder.kernel.sandbox.levels import best
from autograder.kernel.kind import KernelKind
from autograder.kernel.zygote_client import client_for
folder = Path(sys.argv[1])
"""
DIES = """
with kernel(client_for(KernelKind(best())), folder) as one:
    print(one.zygote.pid, one.process.pid, flush=True)
    {end}
"""
FORKS = """
with kernel(client_for(KernelKind(best())), folder) as one:
    (folder / "copy").mkdir()
    if os.fork() == 0:
        with kernel(client_for(KernelKind(best())), folder / "copy") as other:
            os._exit(0 if other.zygote.pid != one.zygote.pid and other.process.alive else 1)
    assert os.wait()[1] == 0, "the copy could not start a kernel of its own"
    assert one.process.alive and one.zygote.alive
"""


def grader(body: str, folder: Path) -> subprocess.Popen[str]:
    """Start a grader's process that runs ``body``."""
    code = GRADER.format(here=str(Path(__file__).parent)) + body
    command = [sys.executable, "-W", "ignore", "-c", code, str(folder)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    "end", some(["os.kill(os.getpid(), 9)", "sys.exit()", "os._exit(0)"], 1), ids=["killed", "exit", "_exit"]
)
def test_nothing_outlives_a_grader_however_it_ends(tmp_path, end):
    with grader(DIES.format(end=f"open(0).readline(); {end}"), tmp_path) as process:
        assert process.stdout is not None
        watched = [os.pidfd_open(int(word)) for word in process.stdout.readline().split()]
        process.communicate("go on\n")
        assert len(watched) == 2
        for descriptor in watched:
            assert has_ended(descriptor), "a process outlived its grader"
            os.close(descriptor)


@thorough
def test_a_copy_of_the_grader_starts_a_zygote_of_its_own_and_leaves_the_originals_alone(tmp_path):
    with grader(FORKS, tmp_path) as process:
        process.communicate(timeout=2 * SECONDS)
    assert process.returncode == 0


def test_of_many_kinds_those_that_were_not_asked_for_long_and_have_no_kernel_end(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 1)
    monkeypatch.setattr(module, "_clients", {})
    kinds = [KernelKind(best(), readable=(tmp_path / str(number),)) for number in range(3)]
    for kind in kinds:
        kind.readable[0].mkdir()
    try:
        with kernel(module.client_for(kinds[0]), folders[0]) as first:
            with kernel(module.client_for(kinds[1]), folders[1]) as second:
                ended = second.process
                os.kill(second.process.pid, signal.SIGKILL)
                assert has_ended(ended.fileno())
            module.client_for(kinds[2])
            assert first.zygote.alive, "it has a kernel"
            assert not second.zygote.alive
            with kernel(module.client_for(kinds[1]), folders[1]) as again:
                assert again.process.alive, "its zygote starts anew"
    finally:
        module.close_all()
